#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/preview/map_pictures.hpp>

#include "support/fixture.hpp"

using namespace guidedmixup;

namespace {

Colour pixel(const Image& image, int x, int y) {
  const std::uint8_t* p = image.row(y) + 3 * x;
  return {p[0], p[1], p[2]};
}

double lightness(const Colour& c) { return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; }

}  // namespace

TEST_CASE("heat colours get lighter all the way") {
  for (int i = 1; i <= 100; ++i) {
    const float t = static_cast<float>(i) / 100.0F;
    CHECK(lightness(heat_colour(t)) >= lightness(heat_colour(t - 0.01F)));
  }
  CHECK(heat_colour(-3.0F) == heat_colour(0.0F));
  CHECK(heat_colour(7.0F) == heat_colour(1.0F));
  CHECK(lightness(heat_colour(0.0F)) < 20.0);
  CHECK(lightness(heat_colour(1.0F)) > 230.0);
}

TEST_CASE("a heat map is scaled to its own maximum") {
  const std::vector<float> map = {0.0F, 0.01F, 0.02F, 0.04F};
  const Image picture = heat_map(map, {2, 2});
  CHECK(pixel(picture, 0, 0) == heat_colour(0.0F));
  CHECK(pixel(picture, 1, 1) == heat_colour(1.0F));
  const std::vector<float> scaled = {0.0F, 1.0F, 2.0F, 4.0F};
  const Image same = heat_map(scaled, {2, 2});
  CHECK(std::equal(picture.span().begin(), picture.span().end(), same.span().begin()));
}

TEST_CASE("a map of zeros is cold, not broken") {
  const Image picture = heat_map(std::vector<float>(6, 0.0F), {3, 2});
  CHECK(pixel(picture, 2, 1) == heat_colour(0.0F));
}

TEST_CASE("an overlay shows the image without its colours under the heat") {
  Image image({2, 1});
  image.row(0)[0] = 255;  // pure red beside black
  const Image overlay = heat_overlay(image.view(), std::vector<float>{0.0F, 0.0F});
  const Colour red = pixel(overlay, 0, 0);
  const Colour black = pixel(overlay, 1, 0);
  // Where there is no heat, the two differ by a grey.
  CHECK(red[0] - black[0] > 10);
  CHECK(red[0] - black[0] == doctest::Approx(red[1] - black[1]).epsilon(0.1));
  CHECK(red[0] - black[0] == doctest::Approx(red[2] - black[2]).epsilon(0.1));
}

TEST_CASE("a mask is drawn in the two colours of the label") {
  const Image picture =
      mask_picture(std::vector<float>{1.0F, 0.5F, 0.0F, 2.0F, -1.0F, 0.75F}, {3, 2});
  CHECK(pixel(picture, 0, 0) == kSourceColour);
  CHECK(pixel(picture, 2, 0) == kPartnerColour);
  CHECK(pixel(picture, 0, 1) == kSourceColour);
  CHECK(pixel(picture, 1, 1) == kPartnerColour);
  CHECK(lightness(pixel(picture, 1, 0)) > 230.0);
  const double between = lightness(pixel(picture, 2, 1));
  CHECK(between > lightness(kSourceColour));
  CHECK(between < 230.0);
}

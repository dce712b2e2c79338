// The frequency-tuned saliency: figures worked out in double by its formulas, and flat images.
#include <algorithm>

#include <doctest/doctest.h>

#include <guidedmixup/saliency/detector.hpp>

#include "support/fixture.hpp"
#include "support/saliency.hpp"

using namespace guidedmixup;

namespace {

std::vector<float> map_of(const Image& image) {
  const SaliencyInfo& info = *find_saliency("frequency-tuned");
  return test::detect(info, ParameterValues(info.parameters), image).full_values();
}

}  // namespace

TEST_CASE("frequency-tuned: the distances of the fixture's first image") {
  const auto map = map_of(test::fixture_images(1, 32)[0]);
  const auto peak = std::ranges::max_element(map);
  CHECK(peak - map.begin() == 9 * 32 + 9);
  const auto distance = [&](int y, int x) {
    return 28.6702 * static_cast<double>(map[32 * y + x] / *peak);
  };
  CHECK(distance(0, 0) == doctest::Approx(22.3759).epsilon(1e-5));
  CHECK(distance(6, 6) == doctest::Approx(25.1942).epsilon(1e-5));
  CHECK(distance(16, 16) == doctest::Approx(2.94634).epsilon(1e-5));
  CHECK(distance(31, 31) == doctest::Approx(17.3456).epsilon(1e-5));
}

TEST_CASE("frequency-tuned: a flat image has the uniform map, one pixel of another level has not") {
  for (const int level : {0, 1, 10, 128, 255}) {
    CAPTURE(level);
    Image image = test::constant_image({40, 30}, static_cast<std::uint8_t>(level));
    const auto flat = map_of(image);
    CHECK(std::ranges::all_of(flat, [&](float value) { return value == flat[0]; }));
    image.row(10)[3 * 20] = static_cast<std::uint8_t>(level == 255 ? 254 : level + 1);
    const auto map = map_of(image);
    CHECK(std::ranges::max_element(map) - map.begin() == 10 * 40 + 20);
  }
}

TEST_CASE("frequency-tuned: one level of the least channel in a small saturated image is seen") {
  Image image(Size{3, 3});
  for (std::size_t i = 0; i < image.span().size(); ++i) image.span()[i] = i % 3 == 0 ? 0 : 255;
  image.row(1)[3] = 1;
  const auto map = map_of(image);
  CHECK(std::ranges::count(map, map[0]) < 9);
}

TEST_CASE("frequency-tuned: a white square on black stands out, and grey has no colour") {
  Image image(Size{24, 16});
  for (int y = 4; y < 9; ++y) std::fill_n(image.row(y) + 3 * 6, 3 * 5, std::uint8_t{255});
  const auto map = map_of(image);
  const auto value = [&](int y, int x) { return static_cast<double>(map[24 * y + x]); };
  // L is 100 in 25 of 384 pixels and 0 in the others, so far from the blurred border of the square
  // the distances are those of 100 and of 0 from the mean.
  const double mean = 100.0 * 25 / 384;
  CHECK(value(6, 8) / value(15, 23) == doctest::Approx((100 - mean) / mean).epsilon(1e-4));
}

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/image_io/resize.hpp>

#include "fixtures.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

// One weight of the definition, not normalised: a triangle around the output's centre.
double weight(int in, int out, int input, int output) {
  const double scale = static_cast<double>(in) / out;
  const double distance = std::abs(input + 0.5 - (output + 0.5) * scale);
  return std::max(0.0, 1.0 - distance / std::max(1.0, scale));
}

// The definition in double precision, every input looked at for every output.
double exact_value(ImageView image, Size size, int x, int y, int channel) {
  double sum = 0.0;
  double total = 0.0;
  for (int v = 0; v < image.size.height; ++v) {
    const double vertical = weight(image.size.height, size.height, v, y);
    if (vertical == 0.0) continue;
    for (int u = 0; u < image.size.width; ++u) {
      const double both = vertical * weight(image.size.width, size.width, u, x);
      sum += both * image.row(v)[u * kChannels + channel];
      total += both;
    }
  }
  return sum / total;
}

double largest_error(ImageView image, const Image& resized) {
  double largest = 0.0;
  for (int y = 0; y < resized.size().height; ++y) {
    for (int x = 0; x < resized.size().width; ++x) {
      for (int c = 0; c < kChannels; ++c) {
        const double exact = exact_value(image, resized.size(), x, y, c);
        largest = std::max(largest, std::abs(exact - resized.row(y)[x * kChannels + c]));
      }
    }
  }
  return largest;
}

}  // namespace

TEST_CASE("resizing is the definition, rounded to nearest") {
  for (const Size from :
       {Size{1, 1}, Size{1, 7}, Size{23, 17}, Size{64, 48}, Size{5, 90}, Size{400, 2}}) {
    const Image image = test_picture(from);
    for (const Size to :
         {Size{1, 1}, Size{7, 5}, Size{23, 17}, Size{40, 3}, Size{31, 61}, Size{9, 50}}) {
      const Image resized = resize_bilinear(image.view(), to);
      CAPTURE(from.width);
      CAPTURE(from.height);
      CAPTURE(to.width);
      CAPTURE(to.height);
      REQUIRE(resized.size() == to);
      CHECK(largest_error(image.view(), resized) < 0.5 + 1e-3);
    }
  }
}

TEST_CASE("equal sizes copy, and flat images stay flat, white included") {
  const Image image = test_picture({33, 21});
  CHECK(largest_difference(resize_bilinear(image.view(), {33, 21}).view(), image.view()) == 0);
  for (const int level : {0, 1, 127, 254, 255}) {
    Image flat({61, 47});
    std::fill(flat.span().begin(), flat.span().end(), static_cast<std::uint8_t>(level));
    for (const Size to : {Size{7, 3}, Size{100, 90}, Size{60, 46}}) {
      const Image resized = resize_bilinear(flat.view(), to);
      const auto values = resized.span();
      CHECK(std::all_of(values.begin(), values.end(), [&](int v) { return v == level; }));
    }
  }
}

TEST_CASE("resizing agrees with Pillow's BILINEAR to one level") {
  const Image image = fixture_pixels("resized-source.ppm");
  for (const Size to : {Size{7, 4}, Size{25, 18}, Size{17, 3}, Size{5, 14}}) {
    const std::string name =
        "resized-" + std::to_string(to.width) + "x" + std::to_string(to.height) + ".ppm";
    CAPTURE(name);
    CHECK(largest_difference(resize_bilinear(image.view(), to).view(),
                             fixture_pixels(name).view()) <= 1);
  }
}

TEST_CASE("scaled_size rounds the free side to nearest") {
  CHECK(scaled_size({500, 375}, {224, 224}, Fit::kCover) == Size{299, 224});
  CHECK(scaled_size({500, 375}, {224, 224}, Fit::kContain) == Size{224, 168});
  CHECK(scaled_size({500, 375}, {224, 224}, Fit::kStretch) == Size{224, 224});
  CHECK(scaled_size({375, 500}, {224, 224}, Fit::kCover) == Size{224, 299});
  CHECK(scaled_size({32, 32}, {32, 32}, Fit::kCover) == Size{32, 32});
  CHECK(scaled_size({10, 4}, {5, 1}, Fit::kCover) == Size{5, 2});
  CHECK(scaled_size({10, 4}, {5, 1}, Fit::kContain) == Size{3, 1});
  CHECK(scaled_size({10000, 1}, {10, 10}, Fit::kContain) == Size{10, 1});
  CHECK(scaled_size({100000, 1}, {2, 60000}, Fit::kCover) == Size{1073741823, 60000});
}

TEST_CASE("cover of a sliver computes only what is seen") {
  const Image sliver = test_picture({50000, 1});
  CHECK(fit_image(sliver.view(), {3, 30000}, Fit::kCover).size() == Size{3, 30000});
}

TEST_CASE("cover is the middle of the scaled image, the odd pixel lost on the right and below") {
  for (const Size from : {Size{50, 31}, Size{31, 50}, Size{9, 8}}) {
    const Image image = test_picture(from);
    const Size size = {16, 13};
    const Size scaled = scaled_size(from, size, Fit::kCover);
    REQUIRE(scaled.width >= size.width);
    REQUIRE(scaled.height >= size.height);
    const Image whole = resize_bilinear(image.view(), scaled);
    const Image fitted = fit_image(image.view(), size, Fit::kCover);
    const int left = (scaled.width - size.width) / 2;
    const int top = (scaled.height - size.height) / 2;
    for (int y = 0; y < size.height; ++y) {
      CHECK(std::equal(fitted.row(y), fitted.row(y) + size.width * kChannels,
                       whole.row(y + top) + left * kChannels));
    }
  }
}

TEST_CASE("contain is the scaled image in the middle of black, the odd margin right and below") {
  for (const Size from : {Size{50, 31}, Size{31, 50}, Size{3, 2}}) {
    const Image image = test_picture(from);
    const Size size = {16, 13};
    const Size scaled = scaled_size(from, size, Fit::kContain);
    const Image whole = resize_bilinear(image.view(), scaled);
    const Image fitted = fit_image(image.view(), size, Fit::kContain);
    const int left = (size.width - scaled.width) / 2;
    const int top = (size.height - scaled.height) / 2;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const bool inside =
            x >= left && x < left + scaled.width && y >= top && y < top + scaled.height;
        for (int c = 0; c < kChannels; ++c) {
          const int expected = inside ? whole.row(y - top)[(x - left) * kChannels + c] : 0;
          REQUIRE(int{fitted.row(y)[x * kChannels + c]} == expected);
        }
      }
    }
  }
}

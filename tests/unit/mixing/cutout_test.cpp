// The mixing `cutout`: its squares, the pixels outside of them, and its draws.
#include <algorithm>

#include <doctest/doctest.h>

#include <guidedmixup/mixing/boxes.hpp>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

MixedImage cut(const test::MixingBatch& batch, int k, int holes, int length, DrawKey key = {}) {
  const MixingInfo& info = *find_mixing("cutout");
  ParameterValues values(info.parameters);
  values.set("holes", holes);
  values.set("length", length);
  values.set("fill", std::vector<float>{7.4F, 255.0F, 0.0F});
  return batch.mix(*info.make(values), k, key);
}

std::vector<int> boxes_of(const MixedImage& image) {
  return std::get<std::vector<int>>(image.draws.at(0).value);
}

bool is_in_a_box(const std::vector<int>& boxes, int y, int x) {
  for (std::size_t b = 0; b < boxes.size(); b += 4) {
    if (y >= boxes[b] && y < boxes[b + 2] && x >= boxes[b + 1] && x < boxes[b + 3]) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the square around a pixel is clipped, and an odd side loses a pixel") {
  const auto square = [](Pixel centre, int length) {
    return corners(box_around(centre, {.width = length / 2, .height = length / 2}, {32, 32}));
  };
  CHECK(square({2, 30}, 8) == std::vector<int>{0, 26, 6, 32});
  CHECK(square({16, 16}, 8) == std::vector<int>{12, 12, 20, 20});
  CHECK(square({16, 16}, 9) == std::vector<int>{12, 12, 20, 20});
}

TEST_CASE("cutout covers its squares, and leaves every other pixel and the label") {
  const auto batch = test::noise_batch(4, {20, 14});
  for (int k = 0; k < 4; ++k) {
    const MixedImage image = cut(batch, k, 3, 7);
    const auto boxes = boxes_of(image);
    CHECK(boxes.size() == 12);
    REQUIRE(image.sources.size() == 1);
    CHECK(image.sources[0].image == k);
    CHECK(image.sources[0].weight == 1.0F);
    for (int y = 0; y < 14; ++y) {
      for (int x = 0; x < 20; ++x) {
        const std::uint8_t* pixel = image.pixels.row(y) + 3 * x;
        const std::uint8_t* source = batch.samples[k].image->row(y) + 3 * x;
        const bool covered = is_in_a_box(boxes, y, x);
        REQUIRE(pixel[0] == (covered ? 7 : source[0]));
        REQUIRE(pixel[1] == (covered ? 255 : source[1]));
        REQUIRE(pixel[2] == (covered ? 0 : source[2]));
      }
    }
  }
}

TEST_CASE("cutout without holes, or with squares of one pixel, leaves the image") {
  const auto batch = test::noise_batch(1, {9, 5});
  CHECK(std::ranges::equal(cut(batch, 0, 0, 16).pixels.span(), batch.pixels(0)));
  CHECK(boxes_of(cut(batch, 0, 0, 16)).empty());
  CHECK(std::ranges::equal(cut(batch, 0, 2, 1).pixels.span(), batch.pixels(0)));
}

TEST_CASE("cutout of squares twice as long as the image covers all of it") {
  const auto batch = test::noise_batch(1, {9, 5});
  const MixedImage image = cut(batch, 0, 1, 18);
  CHECK(boxes_of(image) == std::vector<int>{0, 0, 5, 9});
}

TEST_CASE("cutout draws centres evenly over the image, for each image its own") {
  const auto batch = test::noise_batch(64, {32, 32});
  double covered = 0;
  int equal = 0;
  int count = 0;
  for (std::uint32_t number = 0; number < 32; ++number) {
    std::vector<int> previous;
    for (int k = 0; k < 64; ++k) {
      const auto box = boxes_of(cut(batch, k, 1, 16, {.seed = 1, .batch = number}));
      covered += static_cast<double>(box[2] - box[0]) * (box[3] - box[1]) / (32 * 32);
      equal += box == previous ? 1 : 0;
      previous = box;
      ++count;
    }
  }
  // The mean side is 14 of 32 pixels along each axis. Of 2048 draws the mean has a standard
  // deviation of 0.001.
  CHECK(covered / count == doctest::Approx(.19140625).epsilon(.02));
  CHECK(equal < 20);
}

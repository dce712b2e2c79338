// The mixing `ricap`: four quadrants, their sources, crops and weights.
#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

MixedImage mix(const test::MixingBatch& batch, int k, DrawKey key, float beta = 0.3F) {
  const MixingInfo& info = *find_mixing("ricap");
  ParameterValues values(info.parameters);
  values.set("beta", beta);
  return batch.mix(*info.make(values), k, key);
}

std::vector<int> numbers(const MixedImage& image, std::size_t draw) {
  return std::get<std::vector<int>>(image.draws.at(draw).value);
}

}  // namespace

TEST_CASE("ricap: each quadrant is a crop of its source, and has its area as weight") {
  const Size size{12, 9};
  const auto batch = test::noise_batch(7, size);
  bool inner = false;
  bool empty = false;
  std::vector<std::vector<int>> all_crops;
  for (std::uint32_t number = 0; number < 60; ++number) {
    const int k = static_cast<int>(number % 7);
    const MixedImage mixed = mix(batch, k, {.seed = 1, .batch = number});
    REQUIRE(mixed.sources.size() == 4);
    CHECK(mixed.sources[0].image == k);
    CHECK(mixed.sources[1].image == batch.partners[k]);
    const auto point = numbers(mixed, 0);
    const auto crops = numbers(mixed, 1);
    REQUIRE(crops.size() == 8);
    all_crops.push_back(crops);
    std::vector<int> areas(4, 0);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const int place = (y >= point[0] ? 2 : 0) + (x >= point[1] ? 1 : 0);
        ++areas[place];
        const int from_y = crops[2 * place] + y - (place >= 2 ? point[0] : 0);
        const int from_x = crops[2 * place + 1] + x - (place % 2 == 1 ? point[1] : 0);
        const Image& from = *batch.samples[mixed.sources[place].image].image;
        for (int c = 0; c < 3; ++c) {
          REQUIRE(mixed.pixels.row(y)[3 * x + c] == from.row(from_y)[3 * from_x + c]);
        }
      }
    }
    float sum = 0.0F;
    for (std::size_t place = 0; place < 4; ++place) {
      CHECK(mixed.sources[place].weight == doctest::Approx(areas[place] / 108.0));
      if (areas[place] == 0) CHECK(mixed.sources[place].weight == 0.0F);
      sum += mixed.sources[place].weight;
    }
    CHECK(sum == doctest::Approx(1.0F));
    const bool has_empty = std::ranges::count(areas, 0) > 0;
    empty = empty || has_empty;
    inner = inner || !has_empty;
  }
  CHECK((inner && empty));
  // Places of crops are drawn: among 60 images hardly two have the same.
  std::ranges::sort(all_crops);
  const auto repeated = std::ranges::unique(all_crops);
  CHECK(repeated.size() < 20);
}

TEST_CASE("ricap: weights of a large image are at least 0 and sum to 1") {
  const auto batch = test::noise_batch(1, {4, 4});
  const MixingInfo& info = *find_mixing("ricap");
  ParameterValues values(info.parameters);
  values.set("beta", 0.05F);
  const auto mixing = info.make(values);
  for (std::uint32_t number = 0; number < 200; ++number) {
    MixingInput input = batch.input({.seed = 1, .batch = number});
    // A recipe needs no pixels. One of these is less than the rounding of a weight.
    input.size = {16384, 16384};
    float sum = 0.0F;
    for (const float weight : mixing->decide(input)(0).weights) {
      CHECK(weight >= 0.0F);
      sum += weight;
    }
    CHECK(sum == doctest::Approx(1.0F).epsilon(1e-6));
  }
}

TEST_CASE("ricap: the two others are permutations of the mini-batch") {
  const auto batch = test::noise_batch(9, {8, 8});
  std::vector<int> third;
  for (const std::size_t place : {2U, 3U}) {
    std::vector<int> images;
    for (int k = 0; k < 9; ++k) {
      images.push_back(mix(batch, k, {.seed = 6}).sources[place].image);
    }
    CHECK(images != third);
    third = images;
    std::ranges::sort(images);
    std::vector<int> all(9);
    std::iota(all.begin(), all.end(), 0);
    CHECK(images == all);
  }
}

TEST_CASE("ricap: a large beta puts the point in the middle") {
  const auto batch = test::noise_batch(4, {40, 40});
  const auto point = numbers(mix(batch, 0, {.seed = 2}, 1e6F), 0);
  CHECK(point == std::vector<int>{20, 20});
}

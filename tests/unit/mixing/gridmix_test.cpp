// The mixing `gridmix`: whole cells, and a label by their pixels.
#include <doctest/doctest.h>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

MixedImage mix(const test::MixingBatch& batch, int k, int cells, DrawKey key, float alpha = 1.0F) {
  const MixingInfo& info = *find_mixing("gridmix");
  ParameterValues values(info.parameters);
  values.set("alpha", alpha);
  values.set("cells", cells);
  return batch.mix(*info.make(values), k, key);
}

std::vector<int> cells_of(const MixedImage& image) {
  return std::get<std::vector<int>>(image.draws.at(1).value);
}

}  // namespace

TEST_CASE("gridmix takes whole cells, as equal as whole pixels allow") {
  const auto batch = test::noise_batch(3, {7, 5});
  bool both = false;
  for (std::uint32_t number = 0; number < 20; ++number) {
    const MixedImage mixed = mix(batch, 0, 2, {.seed = 4, .batch = number});
    const auto cells = cells_of(mixed);
    REQUIRE(cells.size() == 4);
    int own = 0;
    for (int y = 0; y < 5; ++y) {
      for (int x = 0; x < 7; ++x) {
        // Rows 0..1 and 2..4, columns 0..2 and 3..6.
        const int cell = (y >= 2 ? 2 : 0) + (x >= 3 ? 1 : 0);
        own += cells[cell];
        const Image& from = *batch.samples[cells[cell] == 1 ? 0 : 1].image;
        for (int c = 0; c < 3; ++c) {
          REQUIRE(mixed.pixels.row(y)[3 * x + c] == from.row(y)[3 * x + c]);
        }
      }
    }
    CHECK(mixed.sources[0].weight == doctest::Approx(own / 35.0));
    both = both || (own > 0 && own < 35);
  }
  CHECK(both);
}

TEST_CASE("gridmix draws cells for each image: as many of the image's own as lambda says") {
  const auto batch = test::noise_batch(64, {32, 32});
  const DrawKey key{.seed = 2, .batch = 3};
  int own = 0;
  int equal = 0;
  std::vector<int> previous;
  for (int k = 0; k < 64; ++k) {
    const auto cells = cells_of(mix(batch, k, 8, key));
    REQUIRE(cells.size() == 64);
    own += static_cast<int>(std::ranges::count(cells, 1));
    equal += cells == previous ? 1 : 0;
    previous = cells;
  }
  const float lambda = std::get<float>(mix(batch, 0, 8, key).draws.at(0).value);
  REQUIRE((lambda > 0.05F && lambda < 0.95F));
  // Of 4096 cells, whose share has a deviation of less than 0.008.
  CHECK(own / 4096.0 == doctest::Approx(static_cast<double>(lambda)).epsilon(0.06));
  CHECK(equal == 0);
}

TEST_CASE("gridmix of an image smaller than the grid has a cell for each pixel") {
  const auto batch = test::noise_batch(2, {3, 2});
  CHECK(cells_of(mix(batch, 0, 4, {})).size() == 6);
}

TEST_CASE("gridmix with alpha 0 mixes nothing") {
  const auto batch = test::noise_batch(2, {9, 9});
  const MixedImage mixed = mix(batch, 0, 4, {}, 0.0F);
  CHECK(std::ranges::equal(mixed.pixels.span(), batch.pixels(0)));
  CHECK(mixed.sources[0].weight == 1.0F);
}

// The mixing `hmix`: the shares in and around its box.
#include <cmath>

#include <doctest/doctest.h>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

std::unique_ptr<Mixing> make(float r, float alpha = 1.0F) {
  const MixingInfo& info = *find_mixing("hmix");
  ParameterValues values(info.parameters);
  values.set("alpha", alpha);
  values.set("r", r);
  return info.make(values);
}

double lambda_of(const MixedImage& image) {
  return static_cast<double>(std::get<float>(image.draws.at(0).value));
}
std::vector<int> box_of(const MixedImage& image) {
  return std::get<std::vector<int>>(image.draws.at(1).value);
}

}  // namespace

TEST_CASE("hmix: nothing of the image in the box, lambda of the image in all before clipping") {
  const auto batch = test::noise_batch(2, {40, 30});
  bool unclipped = false;
  for (std::uint32_t number = 0; number < 40; ++number) {
    const DrawKey key{.seed = 8, .batch = number};
    const MixedImage mixed = batch.mix(*make(0.5F), 0, key);
    const auto mask = batch.mask(*make(0.5F), 0, key);
    const double lambda = lambda_of(mixed);
    const auto box = box_of(mixed);
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        const bool inside = y >= box[0] && y < box[2] && x >= box[1] && x < box[3];
        const double expected = inside ? 0.0 : lambda / (1.0 - 0.5 * (1.0 - lambda));
        REQUIRE(static_cast<double>(mask[40 * y + x]) == doctest::Approx(expected).epsilon(1e-6));
      }
    }
    if (box[0] == 0 || box[1] == 0 || box[2] == 30 || box[3] == 40) continue;
    // Sides are cut to even whole pixels: of 30 and of 40 at most 2 each.
    CHECK(std::abs(static_cast<double>(mixed.sources[0].weight) - lambda) < 0.15);
    unclipped = true;
  }
  CHECK(unclipped);
}

TEST_CASE("hmix with r 0 is mixup, and with r 1 CutMix") {
  const auto batch = test::noise_batch(2, {20, 14});
  for (std::uint32_t number = 0; number < 5; ++number) {
    const DrawKey key{.seed = 3, .batch = number};
    const MixedImage blended = batch.mix(*make(0.0F), 0, key);
    const auto box = box_of(blended);
    CHECK((box[0] == box[2] && box[1] == box[3]));
    CHECK(static_cast<double>(blended.sources[0].weight) == doctest::Approx(lambda_of(blended)));
    for (const float own : batch.mask(*make(1.0F), 0, key)) {
      CHECK((own == 0.0F || own == 1.0F));
    }
  }
}

TEST_CASE("hmix with alpha 0 mixes nothing") {
  const auto batch = test::noise_batch(2, {9, 9});
  const MixedImage mixed = batch.mix(*make(0.5F, 0.0F), 0);
  CHECK(std::ranges::equal(mixed.pixels.span(), batch.pixels(0)));
  CHECK(mixed.sources[0].weight == 1.0F);
}

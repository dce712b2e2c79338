// The mixing `hmix`: the shares in and around its box.
#include <cmath>

#include <doctest/doctest.h>

#include <guidedmixup/mixing/boxes.hpp>

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
    const auto sides = [&](int side) {
      return 2 * (static_cast<int>(side * std::sqrt(0.5 * (1.0 - lambda))) / 2);
    };
    // The recorded ratio is rounded to float32, which may cost a side two pixels.
    CHECK(std::abs(box[2] - box[0] - sides(30)) <= 2);
    CHECK(std::abs(box[3] - box[1] - sides(40)) <= 2);
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
  }
  // Ratios of a small alpha lie near 0 and 1, down to 1e-300.
  bool some_box = false;
  for (std::uint32_t number = 0; number < 500; ++number) {
    const DrawKey key{.seed = 3, .batch = number};
    const MixedImage pasted = batch.mix(*make(1.0F, 0.1F), 0, key);
    const auto box = box_of(pasted);
    const auto sides = cutmix_box({7, 10}, lambda_of(pasted), {20, 14});  // not clipped
    CHECK(box[2] - box[0] <= sides.row2 - sides.row1);
    const auto mask = batch.mask(*make(1.0F, 0.1F), 0, key);
    for (int y = 0; y < 14; ++y) {
      for (int x = 0; x < 20; ++x) {
        const bool inside = y >= box[0] && y < box[2] && x >= box[1] && x < box[3];
        REQUIRE(mask[20 * y + x] == (inside ? 0.0F : 1.0F));
      }
    }
    some_box = some_box || box[2] > box[0];
  }
  CHECK(some_box);
}

TEST_CASE("hmix with alpha 0 mixes nothing") {
  const auto batch = test::noise_batch(2, {9, 9});
  const MixedImage mixed = batch.mix(*make(0.5F, 0.0F), 0);
  CHECK(std::ranges::equal(mixed.pixels.span(), batch.pixels(0)));
  CHECK(mixed.sources[0].weight == 1.0F);
}

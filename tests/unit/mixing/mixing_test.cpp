#include <algorithm>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/mixing/blend.hpp>
#include <guidedmixup/mixing/boxes.hpp>
#include <guidedmixup/mixing/mixing.hpp>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;
using test::batch_of;
using test::map_of;
using test::noise_batch;
using Batch = test::MixingBatch;

namespace {

std::unique_ptr<Mixing> make(std::string_view name, float alpha = 1.0F) {
  const MixingInfo* info = find_mixing(name);
  ParameterValues values(info->parameters);
  values.set("alpha", alpha);
  return info->make(values);
}

Image grey_image(Size size, const std::vector<int>& values) {
  Image image(size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::fill_n(image.span().begin() + static_cast<std::ptrdiff_t>(3 * i), 3,
                static_cast<std::uint8_t>(values[i]));
  }
  return image;
}

}  // namespace

TEST_CASE("guided mixing of the worked example") {
  const Size size{2, 2};
  std::vector<SaliencyMap> maps{map_of(size, {4, 2, 1, 1}), map_of(size, {1, 1, 2, 6}),
                                map_of(size, {1, 3, 1, 3})};
  const Batch batch =
      batch_of({grey_image(size, {200, 100, 50, 0}), grey_image(size, {10, 20, 30, 240}),
                grey_image(size, {90, 90, 90, 90})},
               std::move(maps), {1, 2, 0});
  const auto mixing = make("guided");
  const MixedImage mixed = batch.mix(*mixing, 0);
  CHECK(mixed.sources[0].weight == doctest::Approx(.526162).epsilon(1e-5));
  CHECK(batch.mix(*mixing, 1).sources[0].weight == doctest::Approx(.471435).epsilon(1e-5));
  CHECK(batch.mix(*mixing, 2).sources[0].weight == doctest::Approx(.512500).epsilon(1e-5));
  const auto mask = batch.mask(*mixing, 0);
  CHECK(mask[0] == doctest::Approx(.833333).epsilon(1e-5));
  CHECK(mask[1] == doctest::Approx(.714286).epsilon(1e-5));
  CHECK(mask[2] == doctest::Approx(.384615).epsilon(1e-5));
  CHECK(mask[3] == doctest::Approx(.172414).epsilon(1e-5));
  // 168.333, 77.1429, 37.6923 and 198.621, rounded.
  const std::vector<int> expected{168, 77, 38, 199};
  for (int i = 0; i < 4; ++i) CHECK(mixed.pixels.span()[3 * i + 1] == expected[i]);
}

TEST_CASE("guided mixing by vectors gives the bytes of the formulas, at any width") {
  for (const int width : {1, 3, 7, 8, 15, 16, 17, 31, 64, 100}) {
    CAPTURE(width);
    const Size size{width, 5};
    // A map of a smaller grid, and zeros in both maps.
    Batch batch = noise_batch(2, size);
    const auto geometry = std::make_shared<MapGeometry>(Size{4, 3}, size);
    batch.maps = {{geometry, std::vector<float>{1, 0, 2, 5, 0, 0, 0, 0, 3, 1, 0, 2}},
                  {geometry, std::vector<float>{0, 0, 4, 1, 0, 0, 0, 0, 9, 0, 0, 1}}};
    const MixedImage mixed = batch.mix(*make("guided"), 0);
    const auto mask = batch.mask(*make("guided"), 0);
    double sum = 0;
    for (std::size_t p = 0; p < mask.size(); ++p) {
      sum += static_cast<double>(mask[p]);
      for (std::size_t c = 3 * p; c < 3 * p + 3; ++c) {
        REQUIRE(mixed.pixels.span()[c] == blend(mask[p], batch.pixels(0)[c], batch.pixels(1)[c]));
      }
    }
    CHECK(mixed.sources[0].weight ==
          doctest::Approx(sum / static_cast<double>(mask.size())).epsilon(1e-6));
  }
}

TEST_CASE("input mixing: the formula, and ratios 0 and 1") {
  CHECK(int{blend(0.3F, 200, 10)} == 67);
  CHECK(int{blend(0.3F, 100, 20)} == 44);
  CHECK(int{blend(0.3F, 50, 240)} == 183);
  CHECK(int{blend(1.0F, 17, 200)} == 17);
  CHECK(int{blend(0.0F, 17, 200)} == 200);
  for (int value = 0; value < 256; ++value) {
    for (const float m : {0.1F, 0.5F, 0.77F}) {
      const auto byte = static_cast<std::uint8_t>(value);
      CHECK(blend(m, byte, byte) == byte);
    }
  }
}

TEST_CASE("input mixing by vectors gives the bytes of the formula, at any length") {
  for (const int width : {1, 2, 5, 6, 16, 17, 43, 64}) {
    const Batch batch = noise_batch(2, {width, 1});
    const MixedImage mixed = batch.mix(*make("input"), 0, {4, 1, 2});
    const float lambda = std::get<float>(mixed.draws[0].value);
    for (int c = 0; c < 3 * width; ++c) {
      REQUIRE(mixed.pixels.span()[c] == blend(lambda, batch.pixels(0)[c], batch.pixels(1)[c]));
    }
  }
}

TEST_CASE("the box of the released code") {
  const Box box = cutmix_box({5, 30}, .64, {32, 32});
  CHECK(box.row1 == 0);
  CHECK(box.row2 == 14);
  CHECK(box.column1 == 21);
  CHECK(box.column2 == 32);
  const Box empty = cutmix_box({16, 16}, .999, {32, 32});
  CHECK(empty.row1 == empty.row2);
  const Box whole = cutmix_box({16, 24}, 0.0, {48, 32});
  CHECK((whole.row1 == 0 && whole.row2 == 32 && whole.column1 == 0 && whole.column2 == 48));
}

TEST_CASE("box mixing labels by the true area, and every pixel is a source's") {
  const Batch batch = noise_batch(3, {20, 14});
  bool some_box = false;
  for (std::uint32_t number = 0; number < 30; ++number) {
    const MixedImage mixed = batch.mix(*make("box"), 0, {1, 0, number});
    const auto box = std::get<std::vector<int>>(mixed.draws[0].value);
    for (int y = 0; y < 14; ++y) {
      for (int x = 0; x < 20; ++x) {
        const bool inside = y >= box[0] && y < box[2] && x >= box[1] && x < box[3];
        const Image& from = *batch.samples[inside ? 1 : 0].image;
        for (int c = 0; c < 3; ++c) {
          REQUIRE(mixed.pixels.row(y)[3 * x + c] == from.row(y)[3 * x + c]);
        }
      }
    }
    const double area = static_cast<double>(box[2] - box[0]) * (box[3] - box[1]);
    CHECK(mixed.sources[0].weight == doctest::Approx(1 - area / 280));
    some_box = some_box || area > 0;
  }
  CHECK(some_box);
}

TEST_CASE("alpha 0 mixes nothing") {
  const Batch batch = noise_batch(2, {9, 9});
  for (const char* name : {"input", "box"}) {
    const MixedImage mixed = batch.mix(*make(name, 0.0F), 0);
    CHECK(std::ranges::equal(mixed.pixels.span(), batch.pixels(0)));
    CHECK(mixed.sources[0].weight == 1.0F);
  }
}

// Labels are as they should be, and so are the names of draws.
void check_output(const MixingInfo& info, const MixedImage& mixed, int k) {
  CHECK(mixed.sources.front().image == k);
  if (info.most_sources > 0) CHECK(static_cast<int>(mixed.sources.size()) <= info.most_sources);
  float sum = 0;
  for (const SourceWeight& source : mixed.sources) {
    CHECK(source.weight >= 0.0F);
    sum += source.weight;
  }
  const bool sums =
      info.label_sums_to_one == nullptr || info.label_sums_to_one(ParameterValues(info.parameters));
  if (sums) CHECK(sum == doctest::Approx(1).epsilon(1e-6));
  REQUIRE(mixed.draws.size() == info.unmixed_draws.size());
  for (std::size_t d = 0; d < mixed.draws.size(); ++d) {
    CHECK(mixed.draws[d].name == info.unmixed_draws[d].name);
    CHECK(mixed.draws[d].value.index() == info.unmixed_draws[d].value.index());
  }
}

void check_shares(const Mixing& mixing, const Batch& batch, int k, DrawKey key) {
  const auto mask = batch.mask(mixing, k, key);
  const double mean =
      std::accumulate(mask.begin(), mask.end(), 0.0) / static_cast<double>(mask.size());
  const MixedImage mixed = batch.mix(mixing, k, key);
  CHECK(mean == doctest::Approx(mixed.sources.front().weight).epsilon(1e-5));
  Batch alone = batch;
  std::iota(alone.partners.begin(), alone.partners.end(), 0);
  CHECK(std::ranges::equal(alone.mix(mixing, k, key).pixels.span(), alone.pixels(k)));
}

TEST_CASE("what every mixing must hold") {
  int checked = 0;
  const DrawKey key{3, 1, 4};
  for (const MixingInfo* info : mixing_registry()) {
    if (info->make == nullptr) continue;
    CAPTURE(info->name);
    const auto mixing = info->make(ParameterValues(info->parameters));
    for (const Size size : {Size{1, 1}, Size{7, 3}, Size{33, 20}}) {
      const Batch batch = noise_batch(5, size);
      const MixingInput input = batch.input(key);
      const RecipeOf recipe_of = mixing->decide(input);
      for (int k = 4; k >= 0; --k) {
        const MixedImage mixed = execute(recipe_of(k), batch.images());
        check_output(*info, mixed, k);
        CHECK(mixed.pixels.empty() != info->has_pixels);
        // Decided and made again on its own, in another order.
        const MixedImage again = batch.mix(*mixing, k, key);
        CHECK(std::ranges::equal(again.pixels.span(), mixed.pixels.span()));
        CHECK(again.draws == mixed.draws);
        if (info->weights_are_shares) check_shares(*mixing, batch, k, key);
      }
      ++checked;
    }
  }
  const auto mixes = [](const MixingInfo* info) { return info->make != nullptr; };
  CHECK(checked == 3 * std::ranges::count_if(mixing_registry(), mixes));
}

TEST_CASE("masks are 1/2 where both maps are 0, and swapping roles mirrors them") {
  CHECK(guided_mask(0.0F, 0.0F) == 0.5F);
  CHECK(guided_mask(0.0F, 3.0F) == 0.0F);
  CHECK(guided_mask(1.0F, 3.0F) + guided_mask(3.0F, 1.0F) == 1.0F);
}

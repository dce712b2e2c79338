// The mixing `saliencymix`: where its box lies, for each image or once for the mini-batch.
#include <algorithm>

#include <doctest/doctest.h>

#include <guidedmixup/mixing/boxes.hpp>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

std::unique_ptr<Mixing> make(const std::string& box, float alpha = 1.0F) {
  const MixingInfo& info = *find_mixing("saliencymix");
  ParameterValues values(info.parameters);
  values.set("box", box);
  values.set("alpha", alpha);
  return info.make(values);
}

float lambda_of(const MixedImage& image) { return std::get<float>(image.draws.at(0).value); }
std::vector<int> box_of(const MixedImage& image) {
  return std::get<std::vector<int>>(image.draws.at(1).value);
}

// Of a map at full size.
Pixel first_peak(const SaliencyMap& map) {
  const auto values = map.full_values();
  const auto place = static_cast<int>(std::ranges::max_element(values) - values.begin());
  const int width = map.geometry().full.width;
  return {.row = place / width, .column = place % width};
}

std::vector<int> expected_box(const test::MixingBatch& batch, int image, float lambda) {
  return corners(
      cutmix_box(first_peak(batch.maps[image]), static_cast<double>(lambda), batch.size()));
}

}  // namespace

TEST_CASE("saliencymix cuts each box around the peak of the partner's map") {
  const auto batch = test::noise_batch(6, {40, 30});
  const auto mixing = make("sample");
  std::vector<float> lambdas;
  for (int k = 0; k < 6; ++k) {
    const MixedImage mixed = batch.mix(*mixing, k, {.seed = 5});
    lambdas.push_back(lambda_of(mixed));
    CHECK(box_of(mixed) == expected_box(batch, batch.partners[k], lambdas.back()));
  }
  std::ranges::sort(lambdas);
  CHECK(std::ranges::adjacent_find(lambdas) == lambdas.end());
}

TEST_CASE("saliencymix with one box: around the peak of the first image's partner") {
  const auto batch = test::noise_batch(6, {40, 30});
  const auto mixing = make("batch");
  const MixedImage first = batch.mix(*mixing, 0, {.seed = 5});
  CHECK(box_of(first) == expected_box(batch, batch.partners[0], lambda_of(first)));
  for (int k = 1; k < 6; ++k) CHECK(batch.mix(*mixing, k, {.seed = 5}).draws == first.draws);
}

TEST_CASE("the peak of a map that is spread over the image, and of one that is even") {
  const Size size{24, 16};
  auto batch = test::noise_batch(2, size);
  const auto geometry = std::make_shared<MapGeometry>(Size{3, 2}, size);
  batch.maps = {{geometry, std::vector<float>{1, 1, 1, 1, 1.00001F, 1}},
                {geometry, std::vector<float>{1, 0, 2, 0, 5, 1}}};
  const auto mixing = make("sample");
  const MixedImage spread = batch.mix(*mixing, 0, {.seed = 2});
  CHECK(box_of(spread) == expected_box(batch, 1, lambda_of(spread)));
  // Even but for rounding: the peak is the first pixel.
  const MixedImage even = batch.mix(*mixing, 1, {.seed = 2});
  CHECK(box_of(even) == corners(cutmix_box({}, static_cast<double>(lambda_of(even)), size)));
}

TEST_CASE("saliencymix labels by the true area, and alpha 0 mixes nothing") {
  const auto batch = test::noise_batch(4, {20, 14});
  bool some_box = false;
  for (int k = 0; k < 4; ++k) {
    const MixedImage mixed = batch.mix(*make("sample"), k, {.seed = 9});
    const auto box = box_of(mixed);
    const double area = static_cast<double>(box[2] - box[0]) * (box[3] - box[1]);
    CHECK(mixed.sources[0].weight == doctest::Approx(1 - area / 280));
    some_box = some_box || area > 0;
    const MixedImage unmixed = batch.mix(*make("sample", 0.0F), k);
    CHECK(std::ranges::equal(unmixed.pixels.span(), batch.pixels(k)));
    CHECK(lambda_of(unmixed) == 1.0F);
  }
  CHECK(some_box);
}

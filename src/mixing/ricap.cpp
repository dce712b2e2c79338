// Mixing `ricap`: four images in the four quadrants around a point, each by a crop of its own
// (Takahashi, Matsubara and Uehara, "Data augmentation using random image cropping and patching for
// deep CNNs", 2018). The image itself is at the upper left, its partner at the upper right; the two
// others are drawn from the mini-batch.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <guidedmixup/mixing/boxes.hpp>

#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kPoint = purpose_of("ricap/point");
constexpr Purpose kThird = purpose_of("ricap/third");
constexpr Purpose kFourth = purpose_of("ricap/fourth");
constexpr Purpose kCrops = purpose_of("ricap/crops");

Box quadrant(int place, Pixel point, Size size) {
  const bool lower = place >= 2;
  const bool right = place % 2 == 1;
  return {.row1 = lower ? point.row : 0,
          .column1 = right ? point.column : 0,
          .row2 = lower ? size.height : point.row,
          .column2 = right ? size.width : point.column};
}

// The upper left corner of a crop of the quadrant's size, anywhere in the image.
Box draw_crop(DrawStream& draws, const Box& to, Size size) {
  const int height = to.row2 - to.row1;
  const int width = to.column2 - to.column1;
  const Pixel corner =
      draw_pixel(draws, {.width = size.width - width + 1, .height = size.height - height + 1});
  return {.row1 = corner.row,
          .column1 = corner.column,
          .row2 = corner.row + height,
          .column2 = corner.column + width};
}

class RicapMixing final : public Mixing {
 public:
  explicit RicapMixing(float beta) : beta_(static_cast<double>(beta)) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const auto count = static_cast<std::uint32_t>(input.samples.size());
    return [&input, point = draw_point(input.key, input.size),
            third = DrawStream(input.key.with(kThird)).permutation(count),
            fourth = DrawStream(input.key.with(kFourth)).permutation(count)](int k) {
      Recipe recipe{.sources = {k, input.partners[k], static_cast<int>(third[k]),
                                static_cast<int>(fourth[k])}};
      DrawStream draws(input.key.with(kCrops, input.samples[k].slot));
      std::vector<int> crops;
      for (int place = 0; place < 4; ++place) {
        const Box to = quadrant(place, point, input.size);
        const Box from = draw_crop(draws, to, input.size);
        crops.insert(crops.end(), {from.row1, from.column1});
        recipe.weights.push_back(
            static_cast<float>(area(to) / static_cast<double>(input.size.pixels())));
        if (area(to) == 0.0) continue;
        recipe.patches.push_back({.source = place, .from = from, .to = to});
      }
      // Rounding is left to the largest one, so that none is below 0 and they sum to 1.
      const auto largest = std::ranges::max_element(recipe.weights);
      *largest +=
          std::accumulate(recipe.weights.begin(), recipe.weights.end(), 1.0F, std::minus<>());
      recipe.draws = {{"point", std::vector{point.row, point.column}}, {"crops", std::move(crops)}};
      return recipe;
    };
  }

 private:
  [[nodiscard]] Pixel draw_point(const DrawKey& key, Size size) const {
    DrawStream draws(key.with(kPoint));
    const auto along = [&](int side) {
      return static_cast<int>(std::lround(side * draws.beta(beta_)));
    };
    const int column = along(size.width);
    return {.row = along(size.height), .column = column};
  }

  double beta_;
};

}  // namespace

const MixingInfo kRicapMixing{
    .name = "ricap",
    .summary = "fills four quadrants with crops of four images; the label follows their areas",
    .paper = "Takahashi, Matsubara and Uehara, ACML 2018",
    .parameters = {{.name = "beta",
                    .summary = "both parameters of the Beta distribution of the quadrants' corner",
                    .default_value = 0.3F,
                    .maximum = 1e6,
                    .above_minimum = true}},
    .most_sources = 4,
    .weights_are_shares = false,
    .unmixed_draws = {{"point", std::vector<int>(2, 0)}, {"crops", std::vector<int>{}}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<RicapMixing>(values.real("beta"));
    }};

}  // namespace guidedmixup

// Mixing `cutout`: squares of one colour at random places of a single image, whose label stays
// (DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout",
// 2017). A square may lie partly outside of the image, which the paper found to matter.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

#include <guidedmixup/core/ranges.hpp>
#include <guidedmixup/mixing/boxes.hpp>

#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kCentres = purpose_of("cutout/centres");

std::uint8_t level(float value) { return static_cast<std::uint8_t>(std::lround(value)); }

class CutoutMixing final : public Mixing {
 public:
  explicit CutoutMixing(const ParameterValues& values)
      : holes_(values.integer("holes")), half_(values.integer("length") / 2) {
    std::ranges::transform(values.reals("fill"), fill_.begin(), level);
  }

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    return [this, samples = input.samples, size = input.size, key = input.key](int k) {
      DrawStream draws(key.with(kCentres, samples[k].slot));
      Recipe recipe{.sources = {k}, .fill = fill_};
      std::vector<int> boxes;
      for (int hole = 0; hole < holes_; ++hole) {
        const Box box =
            box_around(draw_pixel(draws, size), {.width = half_, .height = half_}, size);
        recipe.holes.push_back(box);
        std::ranges::copy(corners(box), std::back_inserter(boxes));
      }
      recipe.draws = {{"boxes", std::move(boxes)}};
      return recipe;
    };
  }

 private:
  int holes_;
  int half_;  // of a side: an odd one loses a pixel, as in the authors' code
  std::array<std::uint8_t, 3> fill_{};
};

}  // namespace

const MixingInfo kCutoutMixing{
    .name = "cutout",
    .summary = "covers squares of each image with one colour; the label stays",
    .paper = "DeVries and Taylor, 2017",
    .parameters =
        {{.name = "holes", .summary = "squares in each image", .default_value = 1, .maximum = 1000},
         {.name = "length",
          .summary = "side of a square in pixels, rounded down to an even number",
          .default_value = 16,
          .maximum = 2 * kSides.most},
         {.name = "fill",
          .summary = "colour of the squares, as R+G+B of 0 to 255: the mean colour of "
                     "the data set, which training brings to 0",
          // Of CIFAR-100.
          .default_value = std::vector<float>{129, 124, 112},
          .maximum = 255,
          .count = 3}},
    .needs_partners = false,
    .smallest_batch = 1,
    .most_sources = 1,
    .weights_are_shares = false,
    .unmixed_draws = {{"boxes", std::vector<int>{}}},
    .usual_pairing = "none",
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<CutoutMixing>(values);
    }};

}  // namespace guidedmixup

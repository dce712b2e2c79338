// Mixing `gridmix`: a grid of cells, each of which is wholly the image's or wholly the partner's
// (Baek, Bang and Shim, "GridMix: strong regularization through local context mapping", 2021).
#include <algorithm>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kCells = purpose_of("gridmix/cells");

class GridMixing final : public Mixing {
 public:
  explicit GridMixing(const ParameterValues& values)
      : alpha_(values.real("alpha")), cells_(values.integer("cells")) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    return [&input, this, lambda = draw_ratio(input.key, alpha_)](int k) {
      // No cell of an image that is smaller than the grid is empty.
      CellShare grid{.rows = std::min(cells_, input.size.height),
                     .columns = std::min(cells_, input.size.width),
                     .of_sources = {}};
      DrawStream draws(input.key.with(kCells, input.samples[k].slot));
      std::vector<int> own;
      for (int cell = 0; cell < grid.rows * grid.columns; ++cell) {
        own.push_back(draws.uniform() < lambda ? 1 : 0);
        grid.of_sources.insert(grid.of_sources.end(), {static_cast<float>(own.back()),
                                                       static_cast<float>(1 - own.back())});
      }
      return Recipe{.sources = {k, input.partners[k]},
                    .share = std::move(grid),
                    .draws = {{"lambda", static_cast<float>(lambda)}, {"cells", std::move(own)}}};
    };
  }

 private:
  float alpha_;
  int cells_;
};

}  // namespace

const MixingInfo kGridMixing{
    .name = "gridmix",
    .summary = "takes each cell of a grid from one of the two images; the label follows their area",
    .paper = "Baek, Bang and Shim, Pattern Recognition 2021",
    .parameters = {alpha_parameter(),
                   {.name = "cells",
                    .summary = "cells along each side",
                    .default_value = 4,
                    .minimum = 1,
                    .maximum = 64}},
    .unmixed_draws = {{"lambda", 1.0F}, {"cells", std::vector<int>{}}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<GridMixing>(values);
    }};

}  // namespace guidedmixup

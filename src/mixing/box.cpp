// Mixing `box`: a box of the partner at the same place (Yun et al., "CutMix", 2019), with the box
// of the authors' released code: a centre, clipped sides, one box for the whole mini-batch, and the
// label by the true area.
#include <algorithm>
#include <cmath>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {

Box cutmix_box(int height, int width, double lambda, int centre_row, int centre_column) {
  const double share = std::sqrt(1.0 - lambda);
  const int half_height = static_cast<int>(height * share) / 2;
  const int half_width = static_cast<int>(width * share) / 2;
  return {std::clamp(centre_row - half_height, 0, height),
          std::clamp(centre_column - half_width, 0, width),
          std::clamp(centre_row + half_height, 0, height),
          std::clamp(centre_column + half_width, 0, width)};
}

namespace {

constexpr Purpose kBoxCentre{4};  // where the box lies

class BoxMixing final : public Mixing {
 public:
  explicit BoxMixing(float alpha) : alpha_(alpha) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const Box box = draw_box(input.key, input.size);
    return [box, partners = input.partners](int k) {
      return Recipe{
          .sources = {k, partners[k]},
          .share = BoxShare{.box = box},
          .draws = {{"box", std::vector<int>{box.row1, box.column1, box.row2, box.column2}}}};
    };
  }

 private:
  [[nodiscard]] Box draw_box(DrawKey key, Size size) const {
    const double lambda = draw_ratio(key, alpha_);
    key.slot = kWholeBatch;
    key.purpose = kBoxCentre;
    DrawStream draws(key);
    const int row = static_cast<int>(draws.below(static_cast<std::uint32_t>(size.height)));
    const int column = static_cast<int>(draws.below(static_cast<std::uint32_t>(size.width)));
    return cutmix_box(size.height, size.width, lambda, row, column);
  }

  float alpha_;
};

}  // namespace

const MixingInfo kBoxMixing{
    .name = "box",
    .summary =
        "pastes a box of the partner at the same place; the label follows the box's true area",
    .paper = "Yun et al., ICCV 2019, with the box of the released code",
    .parameters = {alpha_parameter()},
    .on_device = true,
    .unmixed_draws = {{"box", std::vector<int>(4, 0)}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<BoxMixing>(values.real("alpha"));
    }};

}  // namespace guidedmixup

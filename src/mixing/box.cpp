// Mixing `box`: a box of the partner at the same place (Yun et al., "CutMix", 2019), with the box
// of the authors' released code: a centre, clipped sides, one box for the whole mini-batch, and the
// label by the true area.
#include <guidedmixup/mixing/boxes.hpp>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {

namespace {

constexpr Purpose kBoxCentre{4};  // where the box lies

class BoxMixing final : public Mixing {
 public:
  explicit BoxMixing(float alpha) : alpha_(alpha) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const Box box = draw_box(input.key, input.size);
    return [box, partners = input.partners](int k) {
      return Recipe{.sources = {k, partners[k]},
                    .share = BoxShare{.box = box},
                    .draws = {{"box", corners(box)}}};
    };
  }

 private:
  [[nodiscard]] Box draw_box(const DrawKey& key, Size size) const {
    const double lambda = draw_ratio(key, alpha_);
    DrawStream draws(key.with(kBoxCentre));
    return cutmix_box(draw_pixel(draws, size), lambda, size);
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

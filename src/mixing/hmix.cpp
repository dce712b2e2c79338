// Mixing `hmix`: a box of the partner, and around it both images with one ratio (Park, Yun and
// Chun, "A unified analysis of mixed sample data augmentation: a loss function perspective", 2022).
#include <algorithm>

#include <guidedmixup/mixing/boxes.hpp>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kCentre = purpose_of("hmix/centre");

class HMixing final : public Mixing {
 public:
  explicit HMixing(const ParameterValues& values)
      : alpha_(values.real("alpha")), r_(static_cast<double>(values.real("r"))) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const double lambda = draw_ratio(input.key, alpha_);
    // 1 - r (1 - lambda), written so that it is lambda for r = 1, however small lambda is.
    const double outside_box = lambda + (1.0 - r_) * (1.0 - lambda);
    DrawStream draws(input.key.with(kCentre));
    const Box box = cutmix_box(draw_pixel(draws, input.size), outside_box, input.size);
    // Before the box is clipped, the image has lambda of all: nothing of the box, the rest of what
    // lies around it. Around a box of the whole image something is left only when it is clipped;
    // that is the image's own, as in CutMix.
    const double own = outside_box > 0.0 ? std::min(1.0, lambda / outside_box) : 1.0;
    return [partners = input.partners, box, own = static_cast<float>(own),
            ratio = static_cast<float>(lambda)](int k) {
      return Recipe{.sources = {k, partners[k]},
                    .share = BoxShare{.box = box, .outside = own},
                    .draws = {{"lambda", ratio}, {"box", corners(box)}}};
    };
  }

 private:
  float alpha_;
  double r_;
};

}  // namespace

const MixingInfo kHMixing{
    .name = "hmix",
    .summary = "pastes a box of the partner, and blends what lies around it with one ratio",
    .paper = "Park, Yun and Chun, NeurIPS 2022",
    .parameters = {alpha_parameter(),
                   {.name = "r",
                    .summary =
                        "how much of the partner's share is the box: 0 is mixup, 1 is CutMix",
                    .default_value = 0.5F,
                    .maximum = 1.0}},
    .on_device = true,
    .unmixed_draws = {{"lambda", 1.0F}, {"box", std::vector<int>(4, 0)}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<HMixing>(values);
    }};

}  // namespace guidedmixup

// Mixing `input`: both images with one ratio for all pixels (Zhang et al., "mixup: beyond empirical
// risk minimization", 2018). The text draws a ratio for each pair; all released code draws one for
// each mini-batch, and so does this.
#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

class InputMixing final : public Mixing {
 public:
  explicit InputMixing(float alpha) : alpha_(alpha) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const auto lambda = static_cast<float>(draw_ratio(input.key, alpha_));
    return [lambda, partners = input.partners](int k) {
      return Recipe{.sources = {k, partners[k]},
                    .share = ConstantShare{lambda},
                    .draws = {{"lambda", lambda}}};
    };
  }

 private:
  float alpha_;
};

}  // namespace

const MixingInfo kInputMixing{
    .name = "input",
    .summary = "blends all pixels with one ratio for the whole mini-batch",
    .paper = "Zhang et al., ICLR 2018",
    .parameters = {alpha_parameter()},
    .on_device = true,
    .unmixed_draws = {{"lambda", 1.0F}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<InputMixing>(values.real("alpha"));
    }};

}  // namespace guidedmixup

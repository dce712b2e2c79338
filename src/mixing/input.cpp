// Mixing `input`: both images with one ratio for all pixels (Zhang et al., "mixup: beyond empirical
// risk minimization", 2018). The text draws a ratio for each pair; all released code draws one for
// each mini-batch, and so does this.
#include "blend_rows.hpp"
#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

class InputMixing final : public Mixing {
 public:
  explicit InputMixing(float alpha) : alpha_(alpha) {}

  void mix(const MixingInput& input, const ParallelFor& parallel,
           const UseMixed& use) const override {
    const MixingFormula formula = formula_of(input.key);
    const float lambda = formula.outside;
    parallel(static_cast<int>(input.images.size()), [&](int k) {
      MixedImage mixed;
      const auto source = input.images[k].span();
      const auto target = input.images[input.partners[k]].span();
      mixed.pixels = Image::uninitialized(input.images[k].size);
      const auto out = mixed.pixels.span();
      blend_values(lambda, source.data(), target.data(), out.size(), out.data());
      mixed.sources = two_sources(k, input.partners[k], formula.lambda);
      mixed.draws = formula.draws;
      use(k, std::move(mixed));
    });
  }

  [[nodiscard]] std::optional<MixingFormula> formula(const DrawKey& key,
                                                     Size /*size*/) const override {
    return formula_of(key);
  }

  [[nodiscard]] std::vector<Draw> neutral_draws() const override { return {{"lambda", 1.0F}}; }

  [[nodiscard]] std::vector<float> mask(const MixingInput& input, int k) const override {
    return std::vector<float>(static_cast<std::size_t>(input.images[k].size.pixels()),
                              formula_of(input.key).outside);
  }

 private:
  // One ratio for all pixels: a box of none.
  [[nodiscard]] MixingFormula formula_of(const DrawKey& key) const {
    const auto lambda = static_cast<float>(draw_ratio(key, alpha_));
    MixingFormula formula;
    formula.outside = lambda;
    formula.lambda = lambda;
    formula.draws = {{"lambda", lambda}};
    return formula;
  }

  float alpha_;
};

}  // namespace

const MixingInfo kInputMixing{{.name = "input",
                               .summary = "one ratio for all pixels and the whole mini-batch",
                               .paper = "Zhang et al., ICLR 2018",
                               .parameters = {alpha_parameter()}},
                              {.needs_partners = true, .draws = true},
                              [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
                                return std::make_unique<InputMixing>(values.real("alpha"));
                              }};

}  // namespace guidedmixup

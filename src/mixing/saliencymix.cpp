// Mixing `saliencymix`: a box of the partner, cut around the partner's most salient pixel and
// pasted at the same place (Uddin et al., "SaliencyMix: a saliency guided data augmentation
// strategy for better regularization", ICLR 2021). The paper takes a box for each pair; the
// released code takes one for the whole mini-batch, around the peak of a single image.
#include <algorithm>

#include <guidedmixup/mixing/boxes.hpp>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

// Maps of two engines differ by 1e-5 of the largest value. What lies nearer to it than this counts
// as equal, so that a flat map has one and the same peak everywhere.
constexpr float kEqual = 1.0F - 1e-4F;

// The first of the largest values, row by row.
Pixel peak_of(const SaliencyMap& map) {
  const auto values = map.full_values();
  const float bound = kEqual * *std::ranges::max_element(values);
  const auto first = std::ranges::find_if(values, [&](float value) { return value >= bound; });
  const auto place = static_cast<int>(first - values.begin());
  const int width = map.geometry().full.width;
  return {.row = place / width, .column = place % width};
}

struct SalientBox {
  float lambda;
  Box box;
};

class SaliencyMixing final : public Mixing {
 public:
  explicit SaliencyMixing(const ParameterValues& values)
      : alpha_(values.real("alpha")), one_box_(values.choice("box") == "batch") {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    if (!one_box_) {
      return [this, &input](int k) {
        return paste(input, k, cut(input, input.partners[k], input.samples[k].slot));
      };
    }
    // The image whose map counts is the partner of the first one, as in the released code.
    return [&input, box = cut(input, input.partners[0], kWholeBatch)](int k) {
      return paste(input, k, box);
    };
  }

 private:
  [[nodiscard]] SalientBox cut(const MixingInput& input, int image, std::uint32_t slot) const {
    const double lambda = draw_ratio(input.key, alpha_, slot);
    return {.lambda = static_cast<float>(lambda),
            .box = cutmix_box(peak_of(input.map(image)), lambda, input.size)};
  }

  static Recipe paste(const MixingInput& input, int k, const SalientBox& from) {
    return {.sources = {k, input.partners[k]},
            .share = BoxShare{.box = from.box},
            .draws = {{"lambda", from.lambda}, {"box", corners(from.box)}}};
  }

  float alpha_;
  bool one_box_;
};

}  // namespace

const MixingInfo kSaliencyMixing{
    .name = "saliencymix",
    .summary = "pastes a box around the partner's most salient pixel; the label follows its area",
    .paper = "Uddin et al., ICLR 2021",
    .parameters = {alpha_parameter(),
                   {.name = "box",
                    .summary = "sample: a box for each pair, as in the paper; batch: one for the "
                               "whole mini-batch, as in the released code",
                    .default_value = std::string("sample"),
                    .choices = {"sample", "batch"}}},
    .needs_maps = true,
    .on_device = true,
    .unmixed_draws = {{"lambda", 1.0F}, {"box", std::vector<int>(4, 0)}},
    .usual_saliency = "fine-grained",
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<SaliencyMixing>(values);
    }};

}  // namespace guidedmixup

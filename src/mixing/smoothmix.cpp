// Mixing `smoothmix`: a round hill of the partner on the image (Lee et al., "SmoothMix: a simple
// yet effective data augmentation to train robust classifiers", 2020). The partner's label weight
// is what the hill takes, as in the paper.
#include <algorithm>

#include <guidedmixup/mixing/boxes.hpp>

#include "bump.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kHill = purpose_of("smoothmix/hill");

class SmoothMixing final : public Mixing {
 public:
  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    DrawStream draws(input.key.with(kHill));
    const double side = std::min(input.size.width, input.size.height);
    const double sigma = (0.25 + 0.25 * draws.uniform()) * side;
    const Pixel centre = draw_pixel(draws, input.size);
    FloatBuffer own = bump({static_cast<double>(centre.row), static_cast<double>(centre.column)},
                           2.0 * sigma * sigma, input.size);
    for (float& value : own) value = 1.0F - value;
    return [partners = input.partners, share = std::make_shared<const FloatBuffer>(std::move(own)),
            centre, width = static_cast<float>(sigma)](int k) {
      return Recipe{
          .sources = {k, partners[k]},
          .share = MaskShare{share},
          .draws = {{"sigma", width}, {"centre", std::vector{centre.row, centre.column}}}};
    };
  }
};

}  // namespace

const MixingInfo kSmoothMixing{
    .name = "smoothmix",
    .summary = "blends a round hill of the partner into the image, the same for the mini-batch",
    .paper = "Lee et al., CVPR workshops 2020",
    .deciding_bytes = 4,
    .unmixed_draws = {{"sigma", 0.0F}, {"centre", std::vector<int>(2, 0)}},
    .make = [](const ParameterValues&) -> std::unique_ptr<Mixing> {
      return std::make_unique<SmoothMixing>();
    }};

}  // namespace guidedmixup

// Mixing `guided`: each pixel is divided between the two images in proportion to their saliency
// (Kang and Kim 2023, equations 2 to 4). The partner is the target of the pairing, as in the
// released code.
#include "registry.hpp"

namespace guidedmixup {
namespace {

class GuidedMixing final : public Mixing {
 public:
  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    return [partners = input.partners](int k) {
      return Recipe{.sources = {k, partners[k]}, .share = MapShare{}};
    };
  }
};

}  // namespace

const MixingInfo kGuidedMixing{
    .name = "guided",
    .summary = "blends each pixel in proportion to the two saliency maps",
    .paper = "Kang and Kim, AAAI 2023, equations 2 to 4",
    .needs_maps = true,
    .on_device = true,
    .make = [](const ParameterValues&) -> std::unique_ptr<Mixing> {
      return std::make_unique<GuidedMixing>();
    }};

}  // namespace guidedmixup

#include "registry.hpp"

#include <algorithm>
#include <array>

namespace guidedmixup {

const MixingInfo kNoMixing{.name = "none",
                           .summary = "images are written as they are",
                           .paper = "",
                           .needs_partners = false};

std::span<const MixingInfo* const> mixing_registry() {
  static const std::array kAll{
      &kNoMixing,
      &kGuidedMixing,
      &kInputMixing,
      &kBoxMixing,
  };
  return kAll;
}

const MixingInfo* find_mixing(std::string_view name) {
  const auto all = mixing_registry();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const MixingInfo* info) { return info->name == name; });
  return found == all.end() ? nullptr : *found;
}

std::span<const MethodInfo> method_registry() {
  static constexpr std::array kAll{
      MethodInfo{"guided-sr", "GuidedMixup with spectral-residual saliency",
                 "Kang and Kim, AAAI 2023", "spectral-residual", "greedy", "guided"},
      MethodInfo{"mixup", "input mixup: one ratio for the whole mini-batch",
                 "Zhang et al., ICLR 2018", "none", "random", "input"},
      MethodInfo{"cutmix", "a box of the partner, one box for the whole mini-batch",
                 "Yun et al., ICCV 2019", "none", "random", "box"},
      MethodInfo{"none", "a copy of the data set at the output's size and format", "", "none",
                 "none", "none"},
  };
  return kAll;
}

}  // namespace guidedmixup

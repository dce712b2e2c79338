#include "registry.hpp"

#include <algorithm>
#include <array>

namespace guidedmixup {

std::span<const SaliencyInfo* const> saliency_registry() {
  static const std::array kAll{
      &kNoSaliency,
      &kSpectralResidual,
      &kFineGrained,
      &kUniformSaliency,
  };
  return kAll;
}

const SaliencyInfo* find_saliency(std::string_view name) {
  const auto all = saliency_registry();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const SaliencyInfo* info) { return info->name == name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace guidedmixup

// The table of saliency methods.
#include "registry.hpp"

#include <array>

namespace guidedmixup {

std::span<const SaliencyInfo* const> saliency_registry() {
#define GUIDEDMIXUP_ENTRY(info) &(info),
  static const std::array kAll{GUIDEDMIXUP_SALIENCIES(GUIDEDMIXUP_ENTRY)};
#undef GUIDEDMIXUP_ENTRY
  return kAll;
}

}  // namespace guidedmixup

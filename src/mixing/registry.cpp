// The table of mixings, and the one that mixes nothing.
#include "registry.hpp"

#include <array>

namespace guidedmixup {

const MixingInfo kNoMixing{.name = "none",
                           .summary = "writes images unmixed",
                           .needs_partners = false,
                           .usual_pairing = "none"};

std::span<const MixingInfo* const> mixing_registry() {
#define GUIDEDMIXUP_ENTRY(info) &(info),
  static const std::array kAll{GUIDEDMIXUP_MIXINGS(GUIDEDMIXUP_ENTRY)};
#undef GUIDEDMIXUP_ENTRY
  return kAll;
}

}  // namespace guidedmixup

/// The pairings, in the order in which they are shown. A new one is one line here.
#pragma once

#include <guidedmixup/pairing/pairing.hpp>

// clang-format off
#define GUIDEDMIXUP_PAIRINGS(entry) \
  entry(kNoPairing) \
  entry(kRandomPairing) \
  entry(kGreedyPairing)
// clang-format on

namespace guidedmixup {

#define GUIDEDMIXUP_ENTRY(info) extern const PairingInfo info;
GUIDEDMIXUP_PAIRINGS(GUIDEDMIXUP_ENTRY)
#undef GUIDEDMIXUP_ENTRY

}  // namespace guidedmixup

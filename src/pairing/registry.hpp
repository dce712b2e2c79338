/// The pairings, in the order in which they are shown. A new one is one line here.
#pragma once

#include <guidedmixup/pairing/pairing.hpp>

#define GUIDEDMIXUP_PAIRINGS(entry) entry(kNoPairing) entry(kRandomPairing) entry(kGreedyPairing)

namespace guidedmixup {

#define GUIDEDMIXUP_ENTRY(info) extern const PairingInfo info;
GUIDEDMIXUP_PAIRINGS(GUIDEDMIXUP_ENTRY)
#undef GUIDEDMIXUP_ENTRY

}  // namespace guidedmixup

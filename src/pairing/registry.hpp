/// The pairings. A new one adds its declaration here and its line in registry.cpp.
#pragma once

#include <guidedmixup/pairing/pairing.hpp>

namespace guidedmixup {

extern const PairingInfo kNoPairing;
extern const PairingInfo kRandomPairing;
extern const PairingInfo kGreedyPairing;

}  // namespace guidedmixup

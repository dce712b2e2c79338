// The table of pairings, the one that pairs nothing, and the check that serves most of them.
#include "registry.hpp"

#include <algorithm>
#include <array>

namespace guidedmixup {

// `none` is the first entry; the grammar of methods leaves it out of the names to choose from.
const PairingInfo kNoPairing{.name = "none", .summary = "no partners"};

std::optional<std::string> Pairing::disagreement(const PairingInput& input,
                                                 std::span<const int> recorded,
                                                 float /*slack*/) const {
  // Right for a pairing whose result rounding cannot change.
  const std::vector<int> expected = pair(input);
  const auto [found, wanted] =
      std::mismatch(recorded.begin(), recorded.end(), expected.begin(), expected.end());
  if (found == recorded.end() && wanted == expected.end()) return std::nullopt;
  if (found == recorded.end() || wanted == expected.end()) return "a partner is missing";
  return "image " + std::to_string(found - recorded.begin()) + " is mixed with " +
         std::to_string(*found) + ", expected " + std::to_string(*wanted);
}

std::span<const PairingInfo* const> pairing_registry() {
#define GUIDEDMIXUP_ENTRY(info) &(info),
  static const std::array kAll{GUIDEDMIXUP_PAIRINGS(GUIDEDMIXUP_ENTRY)};
#undef GUIDEDMIXUP_ENTRY
  return kAll;
}

}  // namespace guidedmixup

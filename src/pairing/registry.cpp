#include "registry.hpp"

#include <algorithm>
#include <array>

namespace guidedmixup {

const PairingInfo kNoPairing{{.name = "none", .summary = "images stay alone"}, {}, nullptr};

std::optional<std::string> Pairing::disagreement(const PairingInput& input,
                                                 std::span<const int> recorded,
                                                 float /*slack*/) const {
  const std::vector<int> expected = pair(input);
  const auto [found, wanted] =
      std::mismatch(recorded.begin(), recorded.end(), expected.begin(), expected.end());
  if (found == recorded.end() && wanted == expected.end()) return std::nullopt;
  if (found == recorded.end() || wanted == expected.end()) return "a partner is missing";
  return "image " + std::to_string(found - recorded.begin()) + " is mixed with " +
         std::to_string(*found) + ", expected " + std::to_string(*wanted);
}

std::span<const PairingInfo* const> pairing_registry() {
  static const std::array kAll{
      &kNoPairing,
      &kRandomPairing,
      &kGreedyPairing,
  };
  return kAll;
}

const PairingInfo* find_pairing(std::string_view name) {
  const auto all = pairing_registry();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const PairingInfo* info) { return info->name == name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace guidedmixup

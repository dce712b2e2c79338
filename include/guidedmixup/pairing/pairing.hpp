/// Pairing: which image of a mini-batch is mixed with which.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/core/registry.hpp>
#include <guidedmixup/pairing/distance_matrix.hpp>
#include <guidedmixup/pairing/used_pairs.hpp>

namespace guidedmixup {

/// What a pairing may look at. `key` names the mini-batch; its slot and purpose are ignored.
struct PairingInput {
  int count = 0;                              ///< usable images, at least 1
  const DistanceMatrix* distances = nullptr;  ///< null unless the pairing needs it
  DrawKey key;
  /// The pairs of this mini-batch's earlier rounds; null when none is to be avoided.
  const UsedPairs* used = nullptr;
};

/// A way of pairing. Immutable: safe to use from any thread.
class Pairing {
 public:
  Pairing() = default;
  Pairing(const Pairing&) = delete;
  Pairing& operator=(const Pairing&) = delete;
  virtual ~Pairing() = default;

  /// partner[i] for each image: a permutation of 0 ... count - 1. One image is its own partner.
  /// Used pairs come again only where the pairing has no other choice, or does not avoid them.
  [[nodiscard]] virtual std::vector<int> pair(const PairingInput& input) const = 0;

  /// Why `recorded` cannot come from this pairing, or nothing. Distances may differ by `slack`:
  /// another engine's rounding can turn a near tie.
  [[nodiscard]] virtual std::optional<std::string> disagreement(const PairingInput& input,
                                                                std::span<const int> recorded,
                                                                float slack) const;
};

/// A registered pairing and its traits.
struct PairingInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view paper{};
  std::vector<ParameterInfo> parameters{};
  bool needs_distances = false;
  bool avoids_used_pairs = false;  ///< looks at PairingInput::used
  /// What the manifest says of the distances; empty when there are none.
  std::string_view distance{};
  /// Null for `none`.
  std::unique_ptr<Pairing> (*make)(const ParameterValues& values) = nullptr;
};

/// All pairings, in the order in which they are shown.
[[nodiscard]] std::span<const PairingInfo* const> pairing_registry();

/// The entry of that name, or null.
[[nodiscard]] inline const PairingInfo* find_pairing(std::string_view name) {
  return find_entry(pairing_registry(), name);
}

}  // namespace guidedmixup

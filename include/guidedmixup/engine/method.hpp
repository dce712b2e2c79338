/// A method as a user names it, resolved into its three parts.
#pragma once

#include <string>
#include <string_view>

#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {

/// One part of a method with its parameters.
template <typename Info>
struct Part {
  const Info* info = nullptr;
  ParameterValues values;
  friend bool operator==(const Part&, const Part&) = default;
};

/// saliency x pairing x mixing. Parts are never null; `none` stands for an absent one.
struct Method {
  std::string name;    ///< the registered name: `cutmix`
  std::string folder;  ///< what was typed, made safe for file systems: `cutmix_pairing_greedy`
  Part<SaliencyInfo> saliency;
  Part<PairingInfo> pairing;
  Part<MixingInfo> mixing;

  /// Does mixing the same pair again give another picture?
  [[nodiscard]] bool draws() const { return !mixing.info->unmixed_draws.empty(); }
  /// Are pairs of a mini-batch's earlier rounds avoided? Only where they would repeat a picture.
  [[nodiscard]] bool avoids_used_pairs() const {
    return pairing.info->avoids_used_pairs && !draws();
  }

  /// True when both write the same bytes, whatever was typed.
  [[nodiscard]] bool same_parts(const Method& other) const {
    return saliency == other.saliency && pairing == other.pairing && mixing == other.mixing;
  }
};

/// Reads `NAME[:key=value,...]`. The keys `saliency` and `pairing` choose another part; others are
/// parameters of the parts. A part that needs saliency implies `spectral-residual`. Throws
/// UsageError for an unknown name and for an unknown or unused key, with the valid ones.
[[nodiscard]] Method parse_method(std::string_view typed);

/// Reads `NAME[:key=value,...]` of a saliency method alone; `none` is refused. Errors as above.
[[nodiscard]] Part<SaliencyInfo> parse_saliency(std::string_view typed);

}  // namespace guidedmixup

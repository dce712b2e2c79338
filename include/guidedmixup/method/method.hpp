/// A method as a user names it, resolved into its three parts, and the table of named methods.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <guidedmixup/core/method_description.hpp>
#include <guidedmixup/core/parameters.hpp>

namespace guidedmixup {

struct SaliencyInfo;  // saliency/detector.hpp
struct PairingInfo;   // pairing/pairing.hpp
struct MixingInfo;    // mixing/mixing.hpp

/// A method is a named triple of parts.
struct MethodInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view paper;
  std::string_view saliency;
  std::string_view pairing;
  std::string_view mixing;
};

/// All methods, in the order in which they are shown: those with names of their own, then each
/// mixing that none of these has, under its name and with its usual parts.
[[nodiscard]] std::span<const MethodInfo> method_registry();

/// One part of a method with its parameters.
template <typename Info>
struct Part {
  const Info* info = nullptr;
  ParameterValues values;
  /// False for `none`, which stands for an absent part.
  [[nodiscard]] bool is_there() const { return info->make != nullptr; }
  friend bool operator==(const Part&, const Part&) = default;
};

/// saliency x pairing x mixing. Parts are never null.
struct Method {
  std::string name;    ///< the registered name: `cutmix`
  std::string folder;  ///< what was typed, made safe for file systems: `cutmix_pairing_greedy`
  Part<SaliencyInfo> saliency;
  Part<PairingInfo> pairing;
  Part<MixingInfo> mixing;

  /// Whether each mixture is drawn anew, so that the same pair gives another picture.
  [[nodiscard]] bool draws() const;
  /// Whether pairs of a mini-batch's earlier rounds are avoided.
  [[nodiscard]] bool avoids_used_pairs() const;
  [[nodiscard]] bool label_sums_to_one() const;
  /// True when both write the same bytes, whatever was typed.
  [[nodiscard]] bool same_parts(const Method& other) const {
    return saliency == other.saliency && pairing == other.pairing && mixing == other.mixing;
  }
};

/// Reads `NAME[:key=value,...]`. The keys `saliency` and `pairing` choose another part; others are
/// parameters of the parts, as `key` or as `part.key`; the latter is needed where two parts have a
/// key of that name. A part that needs saliency implies `spectral-residual`. Throws UsageError for
/// an unknown name and for an unknown or unused key, with the valid ones.
[[nodiscard]] Method parse_method(std::string_view typed);

/// Reads `NAME[:key=value,...]` of a saliency method alone; `none` is refused. Errors as above.
[[nodiscard]] Part<SaliencyInfo> parse_saliency(std::string_view typed);

/// The names and values of a method for plan and manifest.
[[nodiscard]] MethodDescription describe_method(const Method& method);

/// The method that plan or manifest describe. Throws RunError when this program does not know it,
/// or its values are not allowed.
[[nodiscard]] Method method_from(const MethodDescription& description);

}  // namespace guidedmixup

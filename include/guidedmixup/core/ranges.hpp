/// What may be asked for, in one place: the options hold what is typed to it, and the readers of
/// plan and manifest what is read back.
#pragma once

#include <cstdint>
#include <limits>

namespace guidedmixup {

/// Both ends belong to it.
template <typename T>
struct Range {
  T least;
  T most;
  [[nodiscard]] constexpr bool holds(T value) const { return value >= least && value <= most; }
};

/// Readers of JSON and TOML hold whole numbers in signed 64 bits.
inline constexpr std::uint64_t kLargestWhole = std::numeric_limits<std::int64_t>::max();

inline constexpr Range<int> kSides{1, 16384};      ///< of an output image, in pixels
inline constexpr Range<int> kWebpSides{1, 16383};  ///< what the format can hold
inline constexpr Range<int> kQualities{1, 100};
inline constexpr Range<std::uint32_t> kBatchSizes{2, 1U << 20U};
inline constexpr Range<std::uint32_t> kRounds{1, 1U << 20U};
inline constexpr Range<std::uint32_t> kReuses{1, 1U << 20U};
inline constexpr Range<float> kMixProbabilities{0.0F, 1.0F};
inline constexpr Range<std::uint64_t> kSeeds{0, kLargestWhole};
inline constexpr Range<std::uint64_t> kShardSizes{1, std::uint64_t{1} << 32U};
inline constexpr Range<std::uint64_t> kLimits{1,
                                              kLargestWhole};  ///< of samples, where there is one
inline constexpr Range<std::int64_t> kMaxPixels{1, std::numeric_limits<std::int64_t>::max()};
/// Usable entries of a listing.
inline constexpr Range<std::uint64_t> kListingLengths{2, std::numeric_limits<std::uint32_t>::max()};

}  // namespace guidedmixup

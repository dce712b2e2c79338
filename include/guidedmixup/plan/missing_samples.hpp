/// From the numbers that have no output to the samples that lack them.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {

/// A place of a mini-batch that lacks outputs.
struct MissingSample {
  std::uint32_t batch = 0;    ///< within its shuffle
  std::uint32_t slot = 0;     ///< within the mini-batch
  std::uint32_t sample = 0;   ///< its listing index
  std::uint64_t outputs = 0;  ///< how many it lacks: one for each pass when it was rejected
};

/// Numbers from the first up to the second.
using NumberRange = std::pair<std::uint64_t, std::uint64_t>;

/// The places of a shard that lack outputs of these numbers, in plan order. The ranges rise and are
/// of that shard. Takes the same time for ranges of any size.
[[nodiscard]] std::vector<MissingSample> missing_samples(const Plan& plan,
                                                         const PlannedShard& shard,
                                                         std::span<const NumberRange> numbers);

}  // namespace guidedmixup

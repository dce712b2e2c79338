// From file numbers that are missing in a shard to the samples of the plan that lack them. Both
// lists rise, so one pass over the mini-batches meets each range once.
#include <algorithm>

#include <guidedmixup/plan/missing_samples.hpp>

#include "missing_passes.hpp"

namespace guidedmixup {

std::vector<MissingSample> missing_samples(const Plan& plan, const PlannedShard& shard,
                                           std::span<const NumberRange> numbers) {
  std::vector<MissingSample> missing;
  auto range = numbers.begin();
  for (std::uint32_t b = 0; b < shard.batches && range != numbers.end(); ++b) {
    const std::uint32_t number = shard.first_batch + b;
    const std::uint32_t length = plan.batch_length(number);
    const std::uint64_t begin = plan.output_number(plan.first_round(shard.shuffle), number, 0);
    const std::uint64_t end = begin + std::uint64_t{length} * shard.passes;
    // Nothing of this mini-batch is missing, and its order is not worked out.
    if (range->first >= end) continue;
    MissingPasses passes(begin, length);
    for (; range != numbers.end() && range->first < end; ++range) {
      passes.add(std::max(range->first, begin), std::min(range->second, end));
      if (range->second > end) break;  // goes on in the next mini-batch
    }
    const std::vector<std::uint64_t> counts = passes.counts();
    // Only where something is missing: the first mini-batch takes the order of its whole shuffle.
    const PlannedBatch batch = plan.batch(shard.shuffle, number);
    for (std::uint32_t slot = 0; slot < length; ++slot) {
      if (counts[slot] == 0) continue;
      missing.push_back(
          {.batch = number, .slot = slot, .sample = batch.samples[slot], .outputs = counts[slot]});
    }
  }
  return missing;
}

}  // namespace guidedmixup

/// From published shards, whoever made them, to a finished output: which shards are to be made
/// again, and how all of them become a manifest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_folder.hpp>

namespace guidedmixup {

/// A sample of the plan that lacks outputs.
struct LostSample {
  std::uint64_t position = 0;  ///< in the listing
  std::string path;
  std::uint64_t outputs = 0;  ///< how many it lacks
};

/// A reject that was never planned: it is known from the listing.
struct ListedReject {
  std::uint64_t position = 0;  ///< how many samples stand before it in the listing
  std::string line;
};

/// What an output asks of the plan and the listing that it is made from.
struct PlannedOutput {
  std::uint64_t shards = 0;
  std::uint64_t outputs = 0;  ///< when no sample is rejected
  std::function<ShardPlan(std::uint64_t number)> shard;
  /// The samples of a shard that lack outputs of these numbers (see ShardContent::missing), in plan
  /// order.
  std::function<std::vector<LostSample>(
      std::uint64_t shard, const std::vector<std::pair<std::uint64_t, std::uint64_t>>& numbers)>
      lost_samples;
  std::vector<ListedReject> listed_rejects;  ///< in listing order
};

/// Removes the published shards that are damaged, or that lack a sample which could not be read and
/// can be now. The output's note hears of them.
void discard_unusable_shards(const OutputFolder& output, const PlannedOutput& plan,
                             const std::function<bool(const std::string& path)>& can_be_read);

/// Once all shards are published: checks that each planned place is there, and writes classes.txt,
/// schema/manifest-1.json, rejects.jsonl (if any) and, last, manifest.json. Each appears in one
/// step. `root` is that of the sources, relative to the output folder; `pause` is called now and
/// then, and may throw to stop. Memory: 8 bytes for each mixed sample, and the rejects. Throws
/// RunError that names the shard when one is not as planned, and when no sample could be used (an
/// empty manifest is never written).
OutputCounts finish_output(const OutputFolder& output, const RunDescription& run,
                           const std::string& root, const PlannedOutput& plan,
                           const std::function<void()>& pause);

}  // namespace guidedmixup

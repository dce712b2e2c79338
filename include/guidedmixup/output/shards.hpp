/// Shards, the units of an output. A shard is there, complete, or it is not there. Who writes one
/// sees only these interfaces: today a shard is a folder, and any other form of it (a tar with the
/// same content) is one more implementation.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/output/records.hpp>

namespace guidedmixup {

/// What the plan says of a shard.
struct ShardPlan {
  std::uint64_t number = 0;
  std::uint64_t first_output = 0;  ///< the number of its first output
  std::uint64_t outputs = 0;       ///< when no sample is rejected
  std::uint32_t passes = 1;        ///< outputs of each sample
};

/// Takes the content of one shard. Destroyed without `publish`, it leaves nothing behind. `write`
/// may be called from several threads at once; the rest from one.
class ShardWriter {
 public:
  ShardWriter() = default;
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;
  virtual ~ShardWriter() = default;
  /// Takes the bytes of one output under its output_name(), each once and in any order. Throws
  /// RunError that names the file (a full disk, most often).
  virtual void write(const std::string& name, std::span<const std::uint8_t> bytes) const = 0;
  /// Makes the shard appear in one step, with its lines in plan order. When another process has
  /// published the same shard meanwhile, that one stays, and this one goes. Throws RunError, also
  /// when what is there is not the planned shard.
  virtual void publish(const std::vector<std::string>& sample_lines,
                       const std::vector<std::string>& reject_lines) = 0;
};

/// Where the shards of one output go.
class ShardSink {
 public:
  ShardSink() = default;
  ShardSink(const ShardSink&) = delete;
  ShardSink& operator=(const ShardSink&) = delete;
  virtual ~ShardSink() = default;
  /// Is the shard of that number published?
  [[nodiscard]] virtual bool has_shard(std::uint64_t number) const = 0;
  /// The sink outlives the writer. Throws RunError.
  [[nodiscard]] virtual std::unique_ptr<ShardWriter> open_shard(const ShardPlan& plan) = 0;
};

/// A line of a shard's rejects.
struct ShardReject {
  RejectedSample sample;
  std::string line;
};

/// What a published shard holds.
struct ShardContent {
  KindCounts kinds;
  std::vector<std::uint64_t> pairs;  ///< see pair_of_line
  std::vector<ShardReject> rejects;
  /// Numbers without an output, rising: from the first up to the second of each. In all, `passes`
  /// for each reject.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing;
  /// The first of what is not as the plan says or as it was written; "" when the shard is sound:
  /// outputs and rejects account for all of its places, and its files are those of its outputs.
  std::string damage;
};

}  // namespace guidedmixup

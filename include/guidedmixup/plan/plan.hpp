/// The plan: which samples form which mini-batch of which round, in which shard, under which
/// numbers. A pure function of the listing's length, the configuration and the seed; threads,
/// clock, machine and what fails later never enter it. Immutable: safe to use from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace guidedmixup {

/// What the plan depends on.
struct PlanConfig {
  std::uint64_t samples = 0;      ///< in the listing
  std::uint64_t limit = 0;        ///< only the first so many samples of the plan; 0 = all
  std::uint32_t batch_size = 64;  ///< at least 2
  std::uint32_t rounds = 1;
  std::uint64_t shard_size = 1000;  ///< images a shard, rounded up to whole batches
  float mix_probability = 1.0F;
  bool include_originals = false;
  std::uint64_t seed = 0;
};

/// One mini-batch as planned.
struct PlannedBatch {
  std::uint32_t round = 0;  ///< originals: the number of rounds
  std::uint32_t batch = 0;  ///< within its round
  bool mixed = true;        ///< false: written as they are, by --mix-prob or as originals
  bool original = false;
  std::uint64_t first_number = 0;      ///< output number of slot 0
  std::vector<std::uint32_t> samples;  ///< listing index of each slot
};

/// A fixed run of mini-batches of one round: the unit of output.
struct PlannedShard {
  std::uint64_t shard = 0;
  std::uint32_t round = 0;
  std::uint32_t first_batch = 0;
  std::uint32_t batches = 0;
  std::uint64_t first_number = 0;  ///< of its outputs
  std::uint64_t outputs = 0;       ///< when no sample is rejected
};

class Plan {
 public:
  /// Throws UsageError when there are fewer than 2 samples, or more numbers than fit.
  explicit Plan(const PlanConfig& config);

  [[nodiscard]] const PlanConfig& config() const { return config_; }
  /// Samples in each round: the listing's, or --limit.
  [[nodiscard]] std::uint64_t samples() const { return samples_; }
  /// Rounds, and one more for originals.
  [[nodiscard]] std::uint32_t passes() const;
  [[nodiscard]] std::uint32_t batches_per_round() const { return batches_; }
  [[nodiscard]] std::uint64_t shards() const;
  /// Outputs when no sample is rejected.
  [[nodiscard]] std::uint64_t outputs() const { return samples_ * passes(); }

  [[nodiscard]] PlannedShard shard(std::uint64_t number) const;
  /// The shard of a mini-batch.
  [[nodiscard]] std::uint64_t shard_of(std::uint32_t round, std::uint32_t batch) const;
  /// Where a mini-batch begins in its round, in samples; for the number behind the last, where the
  /// round ends.
  [[nodiscard]] std::uint64_t batch_begin(std::uint32_t number) const;
  /// A mini-batch by its round (or `rounds` for originals) and its number in it. The order of one
  /// round is kept between calls; any thread may ask for any batch.
  [[nodiscard]] PlannedBatch batch(std::uint32_t round, std::uint32_t number) const;

 private:
  using Order = std::vector<std::uint32_t>;
  [[nodiscard]] std::shared_ptr<const Order> order_of(std::uint32_t round) const;
  [[nodiscard]] Order make_order(std::uint32_t round) const;

  PlanConfig config_;
  std::uint64_t samples_ = 0;
  std::uint32_t batches_ = 0;
  std::uint32_t batches_per_shard_ = 0;
  std::uint32_t shards_per_round_ = 0;
  Order subset_;  // with --limit: the samples that take part, in listing order

  // Shared by copies of a plan, which makes it movable; the order of a round is the same for all.
  struct KeptOrder {
    std::mutex mutex;
    std::uint32_t round;
    std::shared_ptr<const Order> order;
  };
  std::shared_ptr<KeptOrder> kept_;
};

/// Does the seed choose this mini-batch to be mixed? A share of `mix_probability` of them is.
[[nodiscard]] bool is_chosen_for_mixing(const PlanConfig& config, std::uint32_t round,
                                        std::uint32_t batch);

/// "images/00012": the folder of a shard, relative to the output folder.
[[nodiscard]] std::string shard_folder(std::uint64_t shard);

/// "000000123.jpg": the name of an output in its shard. ASCII, one dot.
[[nodiscard]] std::string output_name(std::uint64_t number, const std::string& extension);

}  // namespace guidedmixup

/// The plan: which samples form which mini-batch of which round, in which shard, under which
/// numbers; what files are called, `output` knows. A pure function of the listing's length, the
/// configuration and the seed; threads, clock, machine and what fails later never enter it.
/// Immutable: safe to use from any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <guidedmixup/core/random.hpp>

namespace guidedmixup {

/// What the plan depends on.
struct PlanConfig {
  std::uint64_t samples = 0;      ///< in the listing
  std::uint64_t limit = 0;        ///< only the first so many samples of the plan; 0 = all
  std::uint32_t batch_size = 64;  ///< at least 2
  std::uint32_t rounds = 1;
  std::uint32_t reuse = 0;          ///< rounds that a mini-batch serves; 0 = see Plan::reuse
  std::uint64_t shard_size = 1000;  ///< images per shard, rounded up to whole mini-batches
  float mix_probability = 1.0F;
  bool include_originals = false;
  std::uint64_t seed = 0;

  /// Samples that each round has: the listing's, or as many as `limit` leaves.
  [[nodiscard]] std::uint64_t samples_per_round() const {
    return limit > 0 ? std::min(limit, samples) : samples;
  }
  /// How often each of them is written: in all rounds, and once more with originals.
  [[nodiscard]] std::uint64_t passes() const {
    return std::uint64_t{rounds} + (include_originals ? 1 : 0);
  }
  /// Originals are recorded under a round of their own, one beyond the last.
  [[nodiscard]] bool is_of_originals(std::uint32_t round) const { return round == rounds; }
  /// The shuffle of a round, where `reuse` is not open; originals are written with the first one.
  [[nodiscard]] std::uint32_t shuffle_of(std::uint32_t round) const {
    return is_of_originals(round) ? 0 : round / reuse;
  }
};

/// One mini-batch as planned: its samples are loaded once and written once in each of its passes,
/// which are its rounds and, behind them, the originals.
struct PlannedBatch {
  std::uint32_t first_round = 0;
  std::uint32_t rounds = 1;
  std::uint32_t batch = 0;             ///< within its shuffle
  bool originals = false;              ///< also written as they are
  std::uint64_t first_number = 0;      ///< output number of slot 0 in the first pass
  std::vector<std::uint32_t> samples;  ///< listing index of each slot

  [[nodiscard]] std::uint32_t passes() const { return rounds + (originals ? 1 : 0); }
  [[nodiscard]] std::uint64_t number(std::uint32_t pass, std::uint32_t slot) const {
    return first_number + pass * std::uint64_t{samples.size()} + slot;
  }
};

/// A fixed run of mini-batches of one shuffle with all their passes: the unit of output.
struct PlannedShard {
  std::uint64_t shard = 0;
  std::uint32_t shuffle = 0;
  std::uint32_t first_batch = 0;
  std::uint32_t batches = 0;
  std::uint32_t passes = 0;        ///< of each of its mini-batches
  std::uint64_t first_number = 0;  ///< of its outputs
  std::uint64_t outputs = 0;       ///< when no sample is rejected
};

/// R rounds are ceil(R / K) shuffles of the data set: each mini-batch of a shuffle serves K rounds
/// (those of the last shuffle the rest), so that its images are loaded once for all of them and
/// pairing can avoid the pairs of earlier rounds. Originals belong to the first shuffle.
class Plan {
 public:
  /// Throws UsageError when there are fewer than 2 samples, or more numbers than fit.
  explicit Plan(const PlanConfig& config);

  /// With `reuse` as it was chosen.
  [[nodiscard]] const PlanConfig& config() const { return config_; }
  /// Samples in each round: the listing's, or --limit.
  [[nodiscard]] std::uint64_t samples() const { return samples_; }
  /// K. Where the configuration leaves it open: 1 when a shuffle has at least 16 mini-batches for
  /// each round, since fewer than 1% of the pairs come again then; else as many rounds as a
  /// mini-batch of M images has new pairs for, (M - 1) / 2, or twice as many when there is only
  /// one, to which no shuffle brings other images; at most all rounds. M is the length of a full
  /// mini-batch: a short tail would have all others shuffled long before their pairs are used.
  [[nodiscard]] std::uint32_t reuse() const { return config_.reuse; }
  [[nodiscard]] std::uint32_t shuffles() const;
  [[nodiscard]] std::uint32_t batches_per_shuffle() const { return batches_; }
  [[nodiscard]] std::uint64_t shards() const;
  /// Outputs when no sample is rejected.
  [[nodiscard]] std::uint64_t outputs() const;

  [[nodiscard]] PlannedShard shard(std::uint64_t number) const;
  /// The shard of a mini-batch.
  [[nodiscard]] std::uint64_t shard_of(std::uint32_t shuffle, std::uint32_t batch) const;
  [[nodiscard]] std::uint32_t first_round(std::uint32_t shuffle) const { return shuffle * reuse(); }
  /// The round under which a pass of a mini-batch is recorded.
  [[nodiscard]] std::uint32_t round_of(const PlannedBatch& batch, std::uint32_t pass) const {
    return pass == batch.rounds ? config_.rounds : batch.first_round + pass;
  }
  /// Samples of a mini-batch.
  [[nodiscard]] std::uint32_t batch_length(std::uint32_t batch) const;
  /// The output number of a place.
  [[nodiscard]] std::uint64_t output_number(std::uint32_t round, std::uint32_t batch,
                                            std::uint32_t slot) const;
  /// A mini-batch by its shuffle and its number in it. The order of one shuffle is kept between
  /// calls; any thread may ask for any batch.
  [[nodiscard]] PlannedBatch batch(std::uint32_t shuffle, std::uint32_t number) const;

 private:
  using Order = std::vector<std::uint32_t>;
  [[nodiscard]] std::uint32_t choose_reuse() const;
  [[nodiscard]] std::uint32_t rounds_in(std::uint32_t shuffle) const;
  [[nodiscard]] std::uint32_t passes_in(std::uint32_t shuffle) const;
  [[nodiscard]] std::uint32_t batches_per_shard(std::uint32_t shuffle) const;
  [[nodiscard]] std::uint64_t shards_in(std::uint32_t shuffle) const;
  [[nodiscard]] std::uint64_t first_shard(std::uint32_t shuffle) const;
  [[nodiscard]] std::uint64_t batch_begin(std::uint32_t number) const;
  [[nodiscard]] std::uint64_t first_number(std::uint32_t shuffle, std::uint32_t batch) const;
  [[nodiscard]] std::shared_ptr<const Order> order_of(std::uint32_t shuffle) const;
  [[nodiscard]] Order make_order(std::uint32_t shuffle) const;

  PlanConfig config_;
  std::uint64_t samples_ = 0;
  std::uint32_t batches_ = 0;
  Order subset_;  // with --limit: the samples that take part, in listing order

  // Shared by copies of a plan, which makes it movable; the order of a shuffle is the same for all.
  struct KeptOrder {
    std::mutex mutex;
    std::uint32_t shuffle;
    std::shared_ptr<const Order> order;
  };
  std::shared_ptr<KeptOrder> kept_;
};

/// Names the draws of a mini-batch in a round; whoever draws adds its purpose.
[[nodiscard]] inline DrawKey draw_key(const PlanConfig& config, std::uint32_t round,
                                      std::uint32_t batch) {
  return {.seed = config.seed, .round = round, .batch = batch};
}

/// Does the seed choose this mini-batch to be mixed in this round? A share of `mix_probability` is.
[[nodiscard]] bool is_chosen_for_mixing(const PlanConfig& config, std::uint32_t round,
                                        std::uint32_t batch);

}  // namespace guidedmixup

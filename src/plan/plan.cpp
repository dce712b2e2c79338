// The plan's arithmetic. Numbers run shuffle by shuffle, in it mini-batch by mini-batch, in that
// pass by pass, in that slot by slot; everything is computed from a number or a place, and no list
// of mini-batches exists, so that a million samples cost no more than the order of one shuffle.
#include <algorithm>
#include <limits>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {
namespace {

// Numbers of purposes are fixed: another one would give other outputs for the same seed.
constexpr Purpose kShuffle{0};      // the order of the samples of one shuffle
constexpr Purpose kMixDecision{1};  // is this mini-batch mixed?

constexpr std::uint32_t kNoShuffle = std::numeric_limits<std::uint32_t>::max();

// A tail of one or two samples joins the batch before it: alone or as a swap it would be mixed
// badly or not at all.
std::uint32_t batch_count(std::uint64_t samples, std::uint32_t batch_size) {
  const std::uint64_t whole = samples / batch_size;
  const std::uint64_t tail = samples % batch_size;
  const bool joins = whole > 0 && tail <= 2;
  return static_cast<std::uint32_t>(whole + (tail > 0 && !joins ? 1 : 0));
}

}  // namespace

Plan::Plan(const PlanConfig& config) : config_(config), kept_(std::make_shared<KeptOrder>()) {
  kept_->shuffle = kNoShuffle;
  // Ranges are checked by the command line and when a manifest is read.
  GUIDEDMIXUP_CHECK(config.batch_size, >=, 2U);
  GUIDEDMIXUP_CHECK(config.rounds, >=, 1U);
  samples_ = config.samples_per_round();
  if (samples_ < 2) {
    throw UsageError("mixing needs at least 2 samples, found " + std::to_string(samples_) +
                     (config.limit == 1 ? " (--limit 1)" : ""));
  }
  if (config.samples > std::numeric_limits<std::uint32_t>::max()) {
    throw UsageError("at most 4294967295 samples are possible, found " +
                     std::to_string(config.samples));
  }
  batches_ = batch_count(samples_, config.batch_size);
  config_.reuse = config.reuse > 0 ? std::min(config.reuse, config.rounds) : choose_reuse();
  if (samples_ < config.samples) {
    // A trial takes the samples that the whole run would take first, and treats them as all.
    subset_ = make_order(0);
    std::sort(subset_.begin(), subset_.end());
  }
}

std::uint32_t Plan::choose_reuse() const {
  constexpr std::uint64_t kManyBatches = 16;  // for each round
  if (batches_ >= kManyBatches * config_.rounds) return 1;
  const std::uint32_t others = batch_length(0) - 1;
  // K rounds of one cycle use K pairs of each image as source and K as partner, of the M - 1 that
  // it has: hence the half. When no other shuffle can help, used pairs are better spread over all M
  // - 1.
  return std::clamp(batches_ == 1 ? others : others / 2, 1U, config_.rounds);
}

std::uint32_t Plan::shuffles() const { return (config_.rounds + reuse() - 1) / reuse(); }

std::uint32_t Plan::rounds_in(std::uint32_t shuffle) const {
  return std::min(reuse(), config_.rounds - first_round(shuffle));
}

std::uint32_t Plan::passes_in(std::uint32_t shuffle) const {
  return rounds_in(shuffle) + (shuffle == 0 && config_.include_originals ? 1 : 0);
}

std::uint32_t Plan::batches_per_shard(std::uint32_t shuffle) const {
  const std::uint64_t batch_outputs = std::uint64_t{config_.batch_size} * passes_in(shuffle);
  // At least one mini-batch, however small the shard: a mini-batch is never divided, since it is
  // loaded as a whole.
  const std::uint64_t wanted =
      (std::max<std::uint64_t>(config_.shard_size, 1) + batch_outputs - 1) / batch_outputs;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, batches_));
}

std::uint64_t Plan::shards_in(std::uint32_t shuffle) const {
  const std::uint32_t per_shard = batches_per_shard(shuffle);
  return (std::uint64_t{batches_} + per_shard - 1) / per_shard;
}

// All shuffles between the first and the last are alike.
std::uint64_t Plan::first_shard(std::uint32_t shuffle) const {
  return shuffle == 0 ? 0 : shards_in(0) + (shuffle - 1) * shards_in(1);
}

std::uint64_t Plan::shards() const {
  return first_shard(shuffles() - 1) + shards_in(shuffles() - 1);
}

std::uint64_t Plan::outputs() const { return samples_ * config_.passes(); }

PlannedShard Plan::shard(std::uint64_t number) const {
  GUIDEDMIXUP_CHECK(number, <, shards());
  PlannedShard shard;
  shard.shard = number;
  if (number >= shards_in(0)) {
    // The last shuffle has no more shards than one in the middle: it has no more passes.
    shard.shuffle = static_cast<std::uint32_t>(1 + (number - shards_in(0)) / shards_in(1));
  }
  const std::uint32_t per_shard = batches_per_shard(shard.shuffle);
  shard.first_batch = static_cast<std::uint32_t>(number - first_shard(shard.shuffle)) * per_shard;
  shard.batches = std::min(per_shard, batches_ - shard.first_batch);
  shard.passes = passes_in(shard.shuffle);
  shard.first_number = first_number(shard.shuffle, shard.first_batch);
  shard.outputs =
      first_number(shard.shuffle, shard.first_batch + shard.batches) - shard.first_number;
  return shard;
}

std::uint64_t Plan::shard_of(std::uint32_t shuffle, std::uint32_t batch) const {
  return first_shard(shuffle) + batch / batches_per_shard(shuffle);
}

// Where a mini-batch begins in its shuffle, in samples; for the number behind the last, where the
// shuffle ends.
std::uint64_t Plan::batch_begin(std::uint32_t number) const {
  return number == batches_ ? samples_ : std::uint64_t{number} * config_.batch_size;
}

std::uint32_t Plan::batch_length(std::uint32_t batch) const {
  return static_cast<std::uint32_t>(batch_begin(batch + 1) - batch_begin(batch));
}

std::uint64_t Plan::first_number(std::uint32_t shuffle, std::uint32_t batch) const {
  // Originals are one pass more of the first shuffle.
  const std::uint64_t passes_before =
      std::uint64_t{first_round(shuffle)} + (shuffle > 0 && config_.include_originals ? 1 : 0);
  return passes_before * samples_ + batch_begin(batch) * passes_in(shuffle);
}

std::uint64_t Plan::output_number(std::uint32_t round, std::uint32_t batch,
                                  std::uint32_t slot) const {
  const std::uint32_t shuffle = config_.shuffle_of(round);
  // Originals come behind the rounds of their mini-batch.
  const std::uint32_t pass = config_.is_of_originals(round) ? rounds_in(0) : round % reuse();
  return first_number(shuffle, batch) + std::uint64_t{pass} * batch_length(batch) + slot;
}

PlannedBatch Plan::batch(std::uint32_t shuffle, std::uint32_t number) const {
  GUIDEDMIXUP_CHECK(shuffle, <, shuffles());
  GUIDEDMIXUP_CHECK(number, <, batches_);
  PlannedBatch planned;
  planned.first_round = first_round(shuffle);
  planned.rounds = rounds_in(shuffle);
  planned.batch = number;
  planned.originals = passes_in(shuffle) > planned.rounds;
  planned.first_number = first_number(shuffle, number);
  const auto order = order_of(shuffle);
  planned.samples.assign(order->begin() + static_cast<std::ptrdiff_t>(batch_begin(number)),
                         order->begin() + static_cast<std::ptrdiff_t>(batch_begin(number + 1)));
  return planned;
}

std::shared_ptr<const Plan::Order> Plan::order_of(std::uint32_t shuffle) const {
  // Held while the order is made, so that threads that need the same one wait instead of making it
  // again. A thread that still uses the former order shares its ownership.
  const std::lock_guard lock(kept_->mutex);
  if (kept_->shuffle != shuffle) {
    kept_->order = std::make_shared<const Order>(make_order(shuffle));
    kept_->shuffle = shuffle;
  }
  return kept_->order;
}

// Drawn with the key of its first round: a round that has a shuffle of its own has the same order
// whatever the other rounds share.
Plan::Order Plan::make_order(std::uint32_t shuffle) const {
  DrawStream draws({config_.seed, first_round(shuffle), 0, kWholeBatch, kShuffle});
  if (shuffle == 0 || subset_.empty()) {
    Order order = draws.permutation(static_cast<std::uint32_t>(config_.samples));
    order.resize(samples_);
    return order;
  }
  // Of the subset alone, as if the listing had no others.
  Order order = draws.permutation(static_cast<std::uint32_t>(samples_));
  for (std::uint32_t& sample : order) sample = subset_[sample];
  return order;
}

bool is_chosen_for_mixing(const PlanConfig& config, std::uint32_t round, std::uint32_t batch) {
  // uniform() is below 1, so a share of 1 chooses all, and a share of 0 none.
  DrawStream draws(draw_key(config, round, batch).with(kMixDecision));
  return draws.uniform() < static_cast<double>(config.mix_probability);
}

}  // namespace guidedmixup

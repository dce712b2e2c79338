#include <algorithm>
#include <cstdio>
#include <limits>
#include <numeric>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {
namespace {

constexpr Purpose kShuffle{0};      // the order of the samples of one round
constexpr Purpose kMixDecision{1};  // is this mini-batch mixed?

constexpr std::uint32_t kNoRound = std::numeric_limits<std::uint32_t>::max();

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
  kept_->round = kNoRound;
  GUIDEDMIXUP_CHECK(config.batch_size, >=, 2U);
  GUIDEDMIXUP_CHECK(config.rounds, >=, 1U);
  samples_ = config.limit > 0 ? std::min(config.limit, config.samples) : config.samples;
  if (samples_ < 2) {
    throw UsageError("mixing needs at least 2 samples, found " + std::to_string(samples_) +
                     (config.limit == 1 ? " (--limit 1)" : ""));
  }
  if (config.samples > std::numeric_limits<std::uint32_t>::max()) {
    throw UsageError("at most 4294967295 samples are possible, found " +
                     std::to_string(config.samples));
  }
  batches_ = batch_count(samples_, config.batch_size);
  const std::uint64_t per_shard =
      (std::max<std::uint64_t>(config.shard_size, 1) + config.batch_size - 1) / config.batch_size;
  batches_per_shard_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(per_shard, batches_));
  shards_per_round_ = (batches_ + batches_per_shard_ - 1) / batches_per_shard_;
  if (samples_ < config.samples) {
    // A trial takes the samples that the whole run would take first, and treats them as all.
    subset_ = make_order(0);
    std::sort(subset_.begin(), subset_.end());
  }
}

std::uint32_t Plan::passes() const { return config_.rounds + (config_.include_originals ? 1 : 0); }

std::uint64_t Plan::shards() const { return std::uint64_t{shards_per_round_} * passes(); }

PlannedShard Plan::shard(std::uint64_t number) const {
  GUIDEDMIXUP_CHECK(number, <, shards());
  PlannedShard shard;
  shard.shard = number;
  shard.round = static_cast<std::uint32_t>(number / shards_per_round_);
  shard.first_batch = static_cast<std::uint32_t>(number % shards_per_round_) * batches_per_shard_;
  shard.batches = std::min(batches_per_shard_, batches_ - shard.first_batch);
  const std::uint64_t begin = batch_begin(shard.first_batch);
  shard.first_number = shard.round * samples_ + begin;
  shard.outputs = batch_begin(shard.first_batch + shard.batches) - begin;
  return shard;
}

std::uint64_t Plan::shard_of(std::uint32_t round, std::uint32_t batch) const {
  return std::uint64_t{round} * shards_per_round_ + batch / batches_per_shard_;
}

std::uint64_t Plan::batch_begin(std::uint32_t number) const {
  return number == batches_ ? samples_ : std::uint64_t{number} * config_.batch_size;
}

PlannedBatch Plan::batch(std::uint32_t round, std::uint32_t number) const {
  GUIDEDMIXUP_CHECK(round, <, passes());
  GUIDEDMIXUP_CHECK(number, <, batches_);
  PlannedBatch planned;
  planned.round = round;
  planned.batch = number;
  planned.original = round == config_.rounds;
  planned.mixed = !planned.original && is_chosen_for_mixing(config_, round, number);
  const std::uint64_t first = batch_begin(number);
  const std::uint64_t end = batch_begin(number + 1);
  planned.first_number = round * samples_ + first;
  const auto order = order_of(round);
  planned.samples.assign(order->begin() + static_cast<std::ptrdiff_t>(first),
                         order->begin() + static_cast<std::ptrdiff_t>(end));
  return planned;
}

std::shared_ptr<const Plan::Order> Plan::order_of(std::uint32_t round) const {
  const std::lock_guard lock(kept_->mutex);
  if (kept_->round != round) {
    kept_->order = std::make_shared<const Order>(make_order(round));
    kept_->round = round;
  }
  return kept_->order;
}

Plan::Order Plan::make_order(std::uint32_t round) const {
  if (round == config_.rounds) {  // originals: listing order
    if (!subset_.empty()) return subset_;
    Order order(samples_);
    std::iota(order.begin(), order.end(), 0U);
    return order;
  }
  DrawStream draws({config_.seed, round, 0, kWholeBatch, kShuffle});
  if (round == 0 || subset_.empty()) {
    Order order = draws.permutation(static_cast<std::uint32_t>(config_.samples));
    order.resize(samples_);
    return order;
  }
  Order order = draws.permutation(static_cast<std::uint32_t>(samples_));
  for (std::uint32_t& sample : order) sample = subset_[sample];
  return order;
}

bool is_chosen_for_mixing(const PlanConfig& config, std::uint32_t round, std::uint32_t batch) {
  DrawStream draws({config.seed, round, batch, kWholeBatch, kMixDecision});
  return draws.uniform() < static_cast<double>(config.mix_probability);
}

std::string shard_folder(std::uint64_t shard) {
  char text[40];
  std::snprintf(text, sizeof text, "images/%05llu", static_cast<unsigned long long>(shard));
  return text;
}

std::string output_name(std::uint64_t number, const std::string& extension) {
  char text[40];
  std::snprintf(text, sizeof text, "%09llu", static_cast<unsigned long long>(number));
  return text + ("." + extension);
}

}  // namespace guidedmixup

#include <algorithm>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/plan/plan.hpp>

using namespace guidedmixup;

namespace {

PlanConfig config_of(std::uint64_t samples, std::uint32_t batch_size) {
  PlanConfig config;
  config.samples = samples;
  config.batch_size = batch_size;
  return config;
}

std::vector<std::uint32_t> samples_of_shuffle(const Plan& plan, std::uint32_t shuffle) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t b = 0; b < plan.batches_per_shuffle(); ++b) {
    const PlannedBatch batch = plan.batch(shuffle, b);
    CHECK(batch.batch == b);
    CHECK(batch.samples.size() == plan.batch_length(b));
    all.insert(all.end(), batch.samples.begin(), batch.samples.end());
  }
  return all;
}

}  // namespace

TEST_CASE("each shuffle holds each sample once, in an order of its own") {
  PlanConfig config = config_of(100, 8);
  config.rounds = 3;
  config.reuse = 1;
  config.include_originals = true;
  const Plan plan(config);
  CHECK(plan.shuffles() == 3);
  CHECK(plan.outputs() == 400);
  std::set<std::vector<std::uint32_t>> orders;
  for (std::uint32_t shuffle = 0; shuffle < 3; ++shuffle) {
    const auto order = samples_of_shuffle(plan, shuffle);
    CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == 100);
    CHECK(order.size() == 100);
    orders.insert(order);
    CHECK(plan.batch(shuffle, 0).first_round == shuffle);
    CHECK(plan.batch(shuffle, 0).originals == (shuffle == 0));
  }
  CHECK(orders.size() == 3);
}

TEST_CASE("a shuffle has the order of its first round, whatever the others share") {
  PlanConfig config = config_of(100, 8);
  config.rounds = 7;
  config.reuse = 1;
  const Plan fresh(config);
  config.reuse = 3;
  const Plan shared(config);
  CHECK(shared.shuffles() == 3);
  for (std::uint32_t shuffle = 0; shuffle < 3; ++shuffle) {
    CHECK(samples_of_shuffle(shared, shuffle) == samples_of_shuffle(fresh, 3 * shuffle));
    CHECK(shared.batch(shuffle, 2).first_round == 3 * shuffle);
    CHECK(shared.batch(shuffle, 2).rounds == (shuffle == 2 ? 1 : 3));
  }
  config.reuse = 100;
  CHECK(Plan(config).reuse() == 7);
  CHECK(Plan(config).shuffles() == 1);
}

TEST_CASE("output numbers are dense and in plan order: mini-batches, their passes, their slots") {
  for (const std::uint32_t reuse : {1U, 2U, 3U, 5U}) {
    for (const bool originals : {false, true}) {
      PlanConfig config = config_of(29, 8);  // mini-batches of 8, 8, 8, 5
      config.rounds = 5;
      config.reuse = reuse;
      config.include_originals = originals;
      config.shard_size = 20;
      const Plan plan(config);
      CAPTURE(reuse);
      CAPTURE(originals);
      std::uint64_t next = 0;
      std::uint64_t shard = 0;
      std::uint32_t rounds = 0;
      for (std::uint32_t shuffle = 0; shuffle < plan.shuffles(); ++shuffle) {
        CHECK(plan.first_round(shuffle) == rounds);
        rounds += plan.batch(shuffle, 0).rounds;
        for (std::uint32_t b = 0; b < plan.batches_per_shuffle(); ++b) {
          const PlannedBatch batch = plan.batch(shuffle, b);
          const PlannedShard planned = plan.shard(plan.shard_of(shuffle, b));
          if (planned.first_number == next) {
            CHECK(planned.shard == shard++);
            CHECK(planned.first_batch == b);
          }
          CHECK(planned.shuffle == shuffle);
          CHECK(planned.passes == batch.passes());
          for (std::uint32_t pass = 0; pass < batch.passes(); ++pass) {
            const bool is_original = pass == batch.rounds;
            const std::uint32_t round = is_original ? 5 : batch.first_round + pass;
            CHECK(plan.round_of(batch, pass) == round);
            CHECK(plan.config().shuffle_of(round) == shuffle);
            for (std::uint32_t slot = 0; slot < batch.samples.size(); ++slot, ++next) {
              CHECK(batch.number(pass, slot) == next);
              CHECK(plan.output_number(round, b, slot) == next);
              CHECK(next >= planned.first_number);
              CHECK(next < planned.first_number + planned.outputs);
            }
          }
        }
      }
      CHECK(rounds == 5);
      CHECK(next == plan.outputs());
      CHECK(shard == plan.shards());
    }
  }
}

TEST_CASE("auto: large sets are shuffled for each round, small ones used as long as pairs last") {
  const auto reuse = [](std::uint64_t samples, std::uint32_t batch_size, std::uint32_t rounds) {
    PlanConfig config = config_of(samples, batch_size);
    config.rounds = rounds;
    return Plan(config).reuse();
  };
  CHECK(reuse(48, 64, 1) == 1);
  CHECK(reuse(48, 64, 4) == 4);
  CHECK(reuse(182, 64, 8) == 8);
  CHECK(reuse(182, 64, 40) == 31);  // (64 - 1) / 2
  CHECK(reuse(67, 64, 40) == 31);   // whatever the tail
  CHECK(reuse(48, 64, 60) == 47);   // one mini-batch, to which shuffles bring nothing
  CHECK(reuse(5, 64, 30) == 4);
  CHECK(reuse(2, 64, 30) == 1);
  CHECK(reuse(9, 2, 30) == 1);
  // 16 mini-batches for each round are many.
  CHECK(reuse(64 * 64, 64, 4) == 1);
  CHECK(reuse(64 * 63, 64, 4) == 4);
  CHECK(reuse(50000, 64, 48) == 1);
}

TEST_CASE("a tail of one or two joins the batch before it") {
  const std::map<std::uint64_t, std::vector<std::size_t>> expected{
      {2, {2}},     {8, {8}},     {9, {9}},      {10, {10}},      {11, {8, 3}},
      {16, {8, 8}}, {17, {8, 9}}, {18, {8, 10}}, {19, {8, 8, 3}}, {7, {7}},
  };
  for (const auto& [samples, sizes] : expected) {
    const Plan plan(config_of(samples, 8));
    std::vector<std::size_t> found;
    for (std::uint32_t b = 0; b < plan.batches_per_shuffle(); ++b) {
      found.push_back(plan.batch(0, b).samples.size());
    }
    CHECK(found == sizes);
  }
  CHECK(Plan(config_of(5, 2)).batch(0, 1).samples.size() == 3);
}

TEST_CASE("shards are whole mini-batches with all their passes, and never cross a shuffle") {
  PlanConfig config = config_of(100, 8);  // 12 full batches and a tail of 4
  config.rounds = 2;
  config.reuse = 1;
  config.shard_size = 20;  // rounded up to 3 batches
  const Plan plan(config);
  CHECK(plan.shards() == 10);
  std::uint32_t next = 0;
  for (std::uint64_t s = 0; s < plan.shards(); ++s) {
    const PlannedShard shard = plan.shard(s);
    CHECK(shard.shuffle == s / 5);
    if (s == 5) next = 0;
    CHECK(shard.first_batch == next);
    next += shard.batches;
  }
  CHECK(next == plan.batches_per_shuffle());
  // More rounds leave the shards of the first ones as they are.
  config.rounds = 3;
  const Plan longer(config);
  CHECK(longer.shard(7).first_batch == plan.shard(7).first_batch);
  CHECK(longer.batch(1, 4).samples == plan.batch(1, 4).samples);
  // Mini-batches of 8 with two rounds and the originals have 24 outputs.
  config.reuse = 2;
  config.include_originals = true;
  const Plan shared(config);
  CHECK(shared.shard(0).batches == 1);
  CHECK(shared.shard(0).outputs == 24);
  CHECK(shared.shard(13).shuffle == 1);
  CHECK(shared.shard(13).batches == 3);
  CHECK(shared.shards() == 13 + 5);
}

TEST_CASE("a seed gives its own batches, and the same again") {
  PlanConfig config = config_of(50, 8);
  const Plan plan(config);
  CHECK(Plan(config).batch(0, 2).samples == plan.batch(0, 2).samples);
  config.seed = 1;
  CHECK(Plan(config).batch(0, 2).samples != plan.batch(0, 2).samples);
}

TEST_CASE("a limit takes the first samples of the plan and treats them as the whole") {
  PlanConfig config = config_of(100, 8);
  const Plan whole(config);
  config.limit = 20;
  config.rounds = 2;
  config.reuse = 1;
  config.include_originals = true;
  const Plan trial(config);
  CHECK(trial.samples() == 20);
  CHECK(trial.outputs() == 60);
  CHECK(trial.batch(0, 0).samples == whole.batch(0, 0).samples);
  CHECK(trial.batch(0, 1).samples == whole.batch(0, 1).samples);
  auto first = samples_of_shuffle(trial, 0);
  std::sort(first.begin(), first.end());
  auto second = samples_of_shuffle(trial, 1);
  std::sort(second.begin(), second.end());
  CHECK(first == second);
  config.limit = 1000;
  CHECK(Plan(config).samples() == 100);
}

TEST_CASE("mix probability decides for whole batches, by the seed alone") {
  PlanConfig config = config_of(4000, 4);
  config.mix_probability = 0.3F;
  int mixed = 0;
  for (std::uint32_t b = 0; b < 1000; ++b) mixed += is_chosen_for_mixing(config, 0, b);
  CHECK(std::abs(mixed - 300) < 60);
  config.mix_probability = 0.0F;
  CHECK_FALSE(is_chosen_for_mixing(config, 0, 0));
}

TEST_CASE("fewer than two samples are refused") {
  CHECK_THROWS_AS(Plan(config_of(1, 8)), UsageError);
  CHECK_THROWS_AS(Plan(config_of(0, 8)), UsageError);
}

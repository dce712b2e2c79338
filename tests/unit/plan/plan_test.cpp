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

std::vector<std::uint32_t> samples_of_round(const Plan& plan, std::uint32_t round) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t b = 0; b < plan.batches_per_round(); ++b) {
    const PlannedBatch batch = plan.batch(round, b);
    CHECK(batch.first_number == round * plan.samples() + all.size());
    all.insert(all.end(), batch.samples.begin(), batch.samples.end());
  }
  return all;
}

}  // namespace

TEST_CASE("each round holds each sample once, in an order of its own") {
  PlanConfig config = config_of(100, 8);
  config.rounds = 3;
  config.include_originals = true;
  const Plan plan(config);
  CHECK(plan.outputs() == 400);
  std::set<std::vector<std::uint32_t>> orders;
  for (std::uint32_t round = 0; round < 4; ++round) {
    const auto order = samples_of_round(plan, round);
    CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == 100);
    CHECK(order.size() == 100);
    orders.insert(order);
    CHECK(std::is_sorted(order.begin(), order.end()) == (round == 3));
  }
  CHECK(orders.size() == 4);
  CHECK(plan.batch(3, 0).original);
  CHECK_FALSE(plan.batch(3, 0).mixed);
}

TEST_CASE("a tail of one or two joins the batch before it") {
  const std::map<std::uint64_t, std::vector<std::size_t>> expected{
      {2, {2}},     {8, {8}},     {9, {9}},      {10, {10}},      {11, {8, 3}},
      {16, {8, 8}}, {17, {8, 9}}, {18, {8, 10}}, {19, {8, 8, 3}}, {7, {7}},
  };
  for (const auto& [samples, sizes] : expected) {
    const Plan plan(config_of(samples, 8));
    std::vector<std::size_t> found;
    for (std::uint32_t b = 0; b < plan.batches_per_round(); ++b) {
      found.push_back(plan.batch(0, b).samples.size());
    }
    CHECK(found == sizes);
  }
  CHECK(Plan(config_of(5, 2)).batch(0, 1).samples.size() == 3);
}

TEST_CASE("shards are whole batches and never cross a round") {
  PlanConfig config = config_of(100, 8);  // 12 full batches and a tail of 4
  config.rounds = 2;
  config.shard_size = 20;  // rounded up to 3 batches
  const Plan plan(config);
  CHECK(plan.shards() == 10);
  std::uint32_t next = 0;
  for (std::uint64_t s = 0; s < plan.shards(); ++s) {
    const PlannedShard shard = plan.shard(s);
    CHECK(shard.round == s / 5);
    if (s == 5) next = 0;
    CHECK(shard.first_batch == next);
    next += shard.batches;
  }
  CHECK(next == plan.batches_per_round());
  // More rounds leave the shards of the first ones as they are.
  config.rounds = 3;
  const Plan longer(config);
  CHECK(longer.shard(7).first_batch == plan.shard(7).first_batch);
  CHECK(longer.batch(1, 4).samples == plan.batch(1, 4).samples);
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
  config.include_originals = true;
  const Plan trial(config);
  CHECK(trial.samples() == 20);
  CHECK(trial.outputs() == 60);
  CHECK(trial.batch(0, 0).samples == whole.batch(0, 0).samples);
  CHECK(trial.batch(0, 1).samples == whole.batch(0, 1).samples);
  auto first = samples_of_round(trial, 0);
  std::sort(first.begin(), first.end());
  auto second = samples_of_round(trial, 1);
  std::sort(second.begin(), second.end());
  CHECK(first == second);
  CHECK(samples_of_round(trial, 2) == first);
  config.limit = 1000;
  CHECK(Plan(config).samples() == 100);
}

TEST_CASE("mix probability decides for whole batches, by the seed alone") {
  PlanConfig config = config_of(4000, 4);
  config.mix_probability = 0.3F;
  const Plan plan(config);
  int mixed = 0;
  for (std::uint32_t b = 0; b < plan.batches_per_round(); ++b) mixed += plan.batch(0, b).mixed;
  CHECK(std::abs(mixed - 300) < 60);
  config.mix_probability = 0.0F;
  CHECK_FALSE(Plan(config).batch(0, 0).mixed);
}

TEST_CASE("fewer than two samples are refused") {
  CHECK_THROWS_AS(Plan(config_of(1, 8)), UsageError);
  CHECK_THROWS_AS(Plan(config_of(0, 8)), UsageError);
}

TEST_CASE("names") {
  CHECK(shard_folder(7) == "images/00007");
  CHECK(shard_folder(1234567) == "images/1234567");
  CHECK(output_name(42, "jpg") == "000000042.jpg");
}

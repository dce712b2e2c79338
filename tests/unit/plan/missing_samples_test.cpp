#include <algorithm>
#include <map>
#include <random>

#include <doctest/doctest.h>

#include <guidedmixup/plan/missing_samples.hpp>

using namespace guidedmixup;

namespace {

using Places = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;  // batch, slot

// Pass by pass, number by number.
Places counted_one_by_one(const Plan& plan, const PlannedShard& shard,
                          const std::vector<NumberRange>& numbers) {
  Places missing;
  for (std::uint32_t b = shard.first_batch; b < shard.first_batch + shard.batches; ++b) {
    const PlannedBatch batch = plan.batch(shard.shuffle, b);
    for (std::uint32_t pass = 0; pass < batch.passes(); ++pass) {
      for (std::uint32_t slot = 0; slot < batch.samples.size(); ++slot) {
        const std::uint64_t number = batch.number(pass, slot);
        for (const auto& [begin, end] : numbers) {
          if (number >= begin && number < end) ++missing[{b, slot}];
        }
      }
    }
  }
  return missing;
}

Plan plan_of_many_passes() {
  PlanConfig config;
  config.samples = 26;
  config.batch_size = 4;
  config.rounds = 5;
  config.reuse = 3;
  config.shard_size = 30;
  config.include_originals = true;
  return Plan(config);
}

}  // namespace

TEST_CASE("a rejected sample lacks the output of each pass") {
  const Plan plan = plan_of_many_passes();
  for (std::uint64_t number = 0; number < plan.shards(); ++number) {
    const PlannedShard shard = plan.shard(number);
    const PlannedBatch batch = plan.batch(shard.shuffle, shard.first_batch + shard.batches - 1);
    std::vector<NumberRange> numbers;
    for (std::uint32_t pass = 0; pass < batch.passes(); ++pass) {
      numbers.emplace_back(batch.number(pass, 1), batch.number(pass, 1) + 1);
    }
    const auto missing = missing_samples(plan, shard, numbers);
    REQUIRE(missing.size() == 1);
    CHECK(missing.front().batch == batch.batch);
    CHECK(missing.front().slot == 1);
    CHECK(missing.front().sample == batch.samples[1]);
    CHECK(missing.front().outputs == shard.passes);
  }
}

TEST_CASE("any numbers lead to the places that they are of, in plan order") {
  const Plan plan = plan_of_many_passes();
  std::mt19937 dice(7);
  for (int turn = 0; turn < 300; ++turn) {
    const PlannedShard shard = plan.shard(dice() % plan.shards());
    std::vector<NumberRange> numbers;
    const std::uint64_t end = shard.first_number + shard.outputs;
    for (std::uint64_t number = shard.first_number; number < end;) {
      const std::uint64_t begin = number + dice() % 20;
      number = begin + 1 + dice() % 40;
      if (begin < end) numbers.emplace_back(begin, std::min(number, end));
    }
    Places found;
    std::pair<std::uint32_t, std::uint32_t> last{0, 0};
    for (const MissingSample& missing : missing_samples(plan, shard, numbers)) {
      const std::pair place{missing.batch, missing.slot};
      CHECK((found.empty() || last < place));
      last = place;
      found[place] = missing.outputs;
      CHECK(missing.sample == plan.batch(shard.shuffle, missing.batch).samples[missing.slot]);
    }
    CHECK(found == counted_one_by_one(plan, shard, numbers));
  }
}

TEST_CASE("nothing missing, and all") {
  const Plan plan = plan_of_many_passes();
  const PlannedShard shard = plan.shard(0);
  CHECK(missing_samples(plan, shard, {}).empty());
  const NumberRange all{shard.first_number, shard.first_number + shard.outputs};
  std::uint64_t outputs = 0;
  for (const MissingSample& missing : missing_samples(plan, shard, {&all, 1})) {
    CHECK(missing.outputs == shard.passes);
    outputs += missing.outputs;
  }
  CHECK(outputs == shard.outputs);
}

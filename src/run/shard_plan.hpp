/// A planned shard, as outputs know it.
#pragma once

#include <guidedmixup/output/shards.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {

[[nodiscard]] inline ShardPlan shard_plan(const PlannedShard& shard) {
  return {.number = shard.shard,
          .first_output = shard.first_number,
          .outputs = shard.outputs,
          .passes = shard.passes};
}

}  // namespace guidedmixup

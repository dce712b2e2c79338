/// One mini-batch on its way through the pipeline.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <guidedmixup/output/records.hpp>
#include <guidedmixup/run/pipeline.hpp>

namespace guidedmixup {

/// A shard that is being filled, for all methods that lack it.
struct OpenShard {
  PlannedShard plan;
  std::vector<std::unique_ptr<ShardWriter>> writers;   ///< null where the method has the shard
  std::vector<std::vector<std::string>> sample_lines;  ///< for each method
  std::vector<std::string> reject_lines;
};

/// A mini-batch, and what came of it.
struct BatchTask {
  std::shared_ptr<OpenShard> shard;
  PlannedBatch batch;
  bool last_of_shard = false;

  std::vector<std::vector<std::string>> sample_lines;  ///< for each method, pass by pass
  std::vector<std::string> reject_lines;
  std::string first_reject;  ///< "path: message"; empty when all samples were good
};

/// Loads and prepares one mini-batch; then, in each of its passes, pairs, mixes, encodes and writes
/// it for each method of its shard.
void process_batch(const PipelineInput& input, BatchTask& task);

}  // namespace guidedmixup

/// The outputs of a run, one for each method: gives them the plan's numbers and the listing's
/// paths.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include <guidedmixup/output/finish.hpp>
#include <guidedmixup/run/augment.hpp>

namespace guidedmixup {

class Outputs {
 public:
  /// Opens their folders. With --resume, shards that are damaged, or that lack a sample which can
  /// be read now and could not before, are removed, to be made anew; `reporter` hears of them. Both
  /// arguments outlive the object.
  Outputs(const PreparedRun& run, Reporter& reporter);

  [[nodiscard]] std::vector<ShardSink*> sinks();

  /// Images of all methods that are there, when no sample is rejected.
  [[nodiscard]] std::uint64_t done() const;

  /// Once all shards are published: writes the manifests. Throws as finish_output does, and
  /// Cancelled.
  [[nodiscard]] AugmentResult finish(const StopFlag& stop) const;

 private:
  const PreparedRun& run_;
  PlannedOutput planned_;
  std::deque<OutputFolder> folders_;  // they cannot move
};

}  // namespace guidedmixup

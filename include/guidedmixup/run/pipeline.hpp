/// The stages in order, over all mini-batches that are still to be done. Sees its surroundings only
/// through interfaces, so that a whole run can be tested without a single file.
#pragma once

#include <cstdint>
#include <vector>

#include <guidedmixup/core/parallel.hpp>
#include <guidedmixup/core/reporter.hpp>
#include <guidedmixup/dataset/sample_table.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/shards.hpp>
#include <guidedmixup/plan/plan.hpp>
#include <guidedmixup/run/statistics.hpp>

namespace guidedmixup {

/// Gives the image of a sample, at the run's size. Called from several threads at once.
class ImageSource {
 public:
  ImageSource() = default;
  ImageSource(const ImageSource&) = delete;
  ImageSource& operator=(const ImageSource&) = delete;
  virtual ~ImageSource() = default;
  /// `sample` is an index of the run's table.
  [[nodiscard]] virtual Result<SharedImage> load(std::uint32_t sample) const = 0;
};

/// Everything that a pipeline works with; all of it outlives the call.
struct PipelineInput {
  const SampleTable& samples;
  const Plan& plan;
  const MethodSet& methods;
  const Engine& engine;
  const ImageSource& source;
  std::vector<ShardSink*> sinks;  ///< of each method
  EncodeOptions encode;
  bool fail_on_reject = false;
  int batches_in_flight = 2;
  ParallelFor parallel;  ///< over the images of a mini-batch
  Reporter& reporter;
  RunStatistics& statistics;
  const StopFlag& stop;
};

/// Writes all shards that a sink does not have. The output does not depend on threads or on
/// `batches_in_flight`, which bounds the memory. Throws Cancelled when asked to stop, and RunError;
/// shards in hand are thrown away then, published ones stay.
void run_pipeline(const PipelineInput& input);

}  // namespace guidedmixup

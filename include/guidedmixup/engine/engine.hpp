/// An engine computes a mini-batch in two steps: `prepare` has the samples loaded and works out
/// maps and distances; `mix`, once for each method and round, has the method's mixing decide and
/// then makes each output when it is asked for. Between the two the host pairs. Images and maps
/// stay with the engine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/batch_sample.hpp>
#include <guidedmixup/core/parallel.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/core/stage_times.hpp>
#include <guidedmixup/engine/device.hpp>
#include <guidedmixup/method/method_set.hpp>
#include <guidedmixup/mixing/recipe.hpp>
#include <guidedmixup/pairing/distance_matrix.hpp>

namespace guidedmixup {

/// The outputs of one mini-batch by one method, which are made when they are asked for.
class MixedBatch {
 public:
  MixedBatch() = default;
  MixedBatch(const MixedBatch&) = delete;
  MixedBatch& operator=(const MixedBatch&) = delete;
  virtual ~MixedBatch() = default;

  /// Output k. Each is asked for once, in any order, from any thread: who asks finds it in the
  /// cache of his thread, and a mini-batch never has all its outputs in memory.
  [[nodiscard]] virtual MixedImage output(int k) const = 0;
  /// What output k is made of.
  [[nodiscard]] virtual Recipe recipe(int k) const = 0;
};

/// One mini-batch in an engine, which it must not outlive. Used by one thread at a time. Methods
/// are numbered as they were given to the engine.
class PreparedBatch {
 public:
  PreparedBatch() = default;
  PreparedBatch(const PreparedBatch&) = delete;
  PreparedBatch& operator=(const PreparedBatch&) = delete;
  virtual ~PreparedBatch() = default;

  /// Those that can be used, in the order of their slots.
  [[nodiscard]] virtual std::span<const BatchSample> samples() const = 0;
  [[nodiscard]] int count() const { return static_cast<int>(samples().size()); }

  /// The distance matrix of a method's saliency; null unless a pairing of the run needs it. Here
  /// and below a method must be one that the batch was prepared for.
  [[nodiscard]] virtual const DistanceMatrix* distances(int method) const = 0;

  /// The l2 distance between each image's map and its partner's; empty when the method has no
  /// saliency.
  [[nodiscard]] virtual std::vector<float> pair_distances(int method,
                                                          std::span<const int> partners) const = 0;

  /// The saliency map of sample k, of a method with saliency. May be called from several threads.
  [[nodiscard]] virtual const SaliencyMap& map(int method, int k) const = 0;

  /// One output for each sample. `partners` is empty for a method without pairing, and outlives the
  /// result, as this does. `key` names mini-batch and round. Not for `none`, which mixes nothing.
  [[nodiscard]] virtual std::unique_ptr<MixedBatch> mix(int method, std::span<const int> partners,
                                                        const DrawKey& key) const = 0;
};

/// Gives the sample of a slot of a mini-batch, without an image when it cannot be used. Called once
/// for each slot, from several threads at once.
using LoadSample = std::function<BatchSample(int slot)>;

/// What a mini-batch is to be prepared for.
struct BatchRequest {
  int count = 0;  ///< images to load, at least 1
  std::span<const int>
      methods;  ///< those that it will be mixed for; nothing is computed for others
};

/// An engine, made for the methods of a run. Safe to use from several threads.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  /// As it stands in plan and manifest: "cpu" or "cuda".
  [[nodiscard]] virtual std::string name() const = 0;

  /// Loads the samples, from several threads, and begins to work on them while others are still
  /// being loaded. Those that cannot be used are left out. All images must have the engine's size.
  /// Throws what `load` throws, and RunError when the device fails.
  [[nodiscard]] virtual std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                               const LoadSample& load) const = 0;

  /// Bytes of host memory that the saliency maps of one image take, for all methods together.
  [[nodiscard]] virtual std::uint64_t map_bytes() const = 0;
};

/// The engine that is always there. `parallel` runs independent pieces of work. `times`, if not
/// null, is told where the time goes. Methods and times outlive the engine.
[[nodiscard]] std::unique_ptr<Engine> make_cpu_engine(const MethodSet& methods,
                                                      ParallelFor parallel,
                                                      StageTimes* times = nullptr);

/// The engine of a device; the other arguments as above. Throws RunError when the device fails.
[[nodiscard]] std::unique_ptr<Engine> make_engine(const Device& device, const MethodSet& methods,
                                                  ParallelFor parallel,
                                                  StageTimes* times = nullptr);

/// A runner on TBB's pool, to be used within the arena of the caller.
[[nodiscard]] ParallelFor tbb_parallel_for();

}  // namespace guidedmixup

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

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/parallel.hpp>
#include <guidedmixup/core/stage_times.hpp>
#include <guidedmixup/engine/method.hpp>

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

/// An engine, made for the methods of a run and one image size. Safe to use from several threads.
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
/// null, is told where the time goes and outlives the engine.
[[nodiscard]] std::unique_ptr<Engine> make_cpu_engine(std::span<const Method> methods, Size size,
                                                      ParallelFor parallel,
                                                      StageTimes* times = nullptr);

/// What this program knows of an engine on this machine.
struct EngineStatus {
  std::string name;
  bool available;  ///< part of this build
  bool usable;     ///< and works here
  std::string detail;
};
/// Loads what it has to say something of, which takes a while.
[[nodiscard]] std::vector<EngineStatus> engine_statuses();

/// The names of the engines that are part of this build, whether or not they work here.
[[nodiscard]] std::vector<std::string> built_engines();

/// The device that `--device` means here: "cpu", "cuda" or "cuda:N". "auto" may fall back and says
/// so in `note`; a device by name never does. Throws RunError for one that cannot be used, with the
/// reason, and UsageError for what is no device.
[[nodiscard]] std::string resolve_device(const std::string& device, std::string& note);

/// The engine of a resolved device as it stands in plan and manifest: any device of one kind may
/// resume what another began.
[[nodiscard]] std::string engine_of(const std::string& resolved);

/// The engine on a resolved device; the other arguments as above. Throws RunError when the device
/// fails, or for a part of a method that its engine does not have.
[[nodiscard]] std::unique_ptr<Engine> make_engine(const std::string& resolved,
                                                  std::span<const Method> methods, Size size,
                                                  ParallelFor parallel,
                                                  StageTimes* times = nullptr);

/// A runner on TBB's pool, to be used within the arena of the caller.
[[nodiscard]] ParallelFor tbb_parallel_for();

}  // namespace guidedmixup

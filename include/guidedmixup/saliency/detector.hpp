/// Saliency methods: from an image to the map of where it would be looked at.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <guidedmixup/core/batch_sample.hpp>
#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/registry.hpp>
#include <guidedmixup/core/saliency_map.hpp>

namespace guidedmixup {

/// The scratch memory of one thread, and the work that is done with it.
class SaliencyWorker {
 public:
  SaliencyWorker() = default;
  SaliencyWorker(const SaliencyWorker&) = delete;
  SaliencyWorker& operator=(const SaliencyWorker&) = delete;
  virtual ~SaliencyWorker() = default;

  /// Sets maps[i] to the map of samples[i]. The spans have one length, from 1 to the detector's
  /// images_at_once. All images have the size that the detector was made for. Equal samples give
  /// equal maps, whichever worker computes them and whatever stands beside them.
  virtual void detect(std::span<const BatchSample> samples, std::span<SaliencyMap> maps) = 0;
};

/// What all threads of a run share: parameters, tables, a network. Immutable; safe to use from any
/// thread; outlives its workers. Made, with its files open, before a run writes anything.
class SaliencyDetector {
 public:
  SaliencyDetector() = default;
  SaliencyDetector(const SaliencyDetector&) = delete;
  SaliencyDetector& operator=(const SaliencyDetector&) = delete;
  virtual ~SaliencyDetector() = default;

  [[nodiscard]] virtual std::unique_ptr<SaliencyWorker> make_worker() const = 0;
  /// The grid on which its maps are kept.
  [[nodiscard]] virtual Size map_size() const = 0;
  /// How many images a worker takes at most. One is loaded and looked at while it lies in the
  /// cache; several, as a network wants them, wait for each other.
  [[nodiscard]] virtual int images_at_once() const { return 1; }
};

/// The map of one sample, by a worker of any detector.
[[nodiscard]] inline SaliencyMap detect_one(SaliencyWorker& worker, const BatchSample& sample) {
  SaliencyMap map;
  worker.detect(std::span(&sample, 1), std::span(&map, 1));
  return map;
}

/// What a device that has the steps of the spectral residual needs to compute a saliency itself.
struct DeviceSaliency {
  bool uniform = false;       ///< every pixel counts the same; nothing below matters
  bool blur_grid = false;     ///< on the grid of the transform
  bool blur_image = false;    ///< on the image
  std::vector<float> taps{};  ///< of the blur
};

/// A registered saliency method and its traits.
struct SaliencyInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view paper = {};
  std::vector<ParameterInfo> parameters{};
  bool needs_labels = false;  ///< looks at the samples' classes
  /// Null for a saliency that only the host computes.
  DeviceSaliency (*on_device)(const ParameterValues& values) = nullptr;
  /// Safe to call from any thread; null for `none`.
  std::unique_ptr<SaliencyDetector> (*make)(const ParameterValues& values, Size size) = nullptr;
};

/// All saliency methods, in the order in which they are shown.
[[nodiscard]] std::span<const SaliencyInfo* const> saliency_registry();

/// The entry of that name, or null.
[[nodiscard]] inline const SaliencyInfo* find_saliency(std::string_view name) {
  return find_entry(saliency_registry(), name);
}

}  // namespace guidedmixup

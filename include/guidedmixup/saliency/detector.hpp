/// Saliency methods: from an image to the map of where it would be looked at.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/saliency_map.hpp>

namespace guidedmixup {

/// Computes the maps of images of one size, one at a time. Holds scratch memory, so it is for one
/// thread at a time; make one for each thread. Equal images give equal maps, whichever detector of
/// equal parameters computes them.
class SaliencyDetector {
 public:
  SaliencyDetector() = default;
  SaliencyDetector(const SaliencyDetector&) = delete;
  SaliencyDetector& operator=(const SaliencyDetector&) = delete;
  virtual ~SaliencyDetector() = default;

  /// `image` must have the size that the detector was made for.
  [[nodiscard]] virtual SaliencyMap detect(ImageView image) = 0;
  /// The grid on which its maps are kept.
  [[nodiscard]] virtual Size map_size() const = 0;
};

/// A registered saliency method. `make` is safe to call from any thread; null for `none`.
struct SaliencyInfo : PartInfo {
  std::unique_ptr<SaliencyDetector> (*make)(const ParameterValues& values, Size size);
};

/// All saliency methods, in the order in which they are shown.
[[nodiscard]] std::span<const SaliencyInfo* const> saliency_registry();

/// The entry of that name, or null.
[[nodiscard]] const SaliencyInfo* find_saliency(std::string_view name);

}  // namespace guidedmixup

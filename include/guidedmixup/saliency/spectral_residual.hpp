/// Spectral-residual saliency (Hou and Zhang, "Saliency detection: a spectral residual approach",
/// CVPR 2007) as the released code of GuidedMixup computes it (3neutronstar/GuidedMixup,
/// spectral_residual.py), with one step more: see `kSpectrumFloor`.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/saliency/spectral_formulas.hpp>

namespace guidedmixup {

/// Images with more rows than this are analysed on a grid of this many rows and columns; the aspect
/// ratio is not kept (released code).
inline constexpr int kSpectralGrid = 128;

/// The grid on which an image of `size` is analysed.
[[nodiscard]] Size spectral_grid(Size size);

/// Grey levels of an image (see kGreyUnit), resized to `grid` bilinearly without antialiasing where
/// the sizes differ.
void grey_on_grid(ImageView image, Size grid, std::vector<float>& grey);

/// Transforms of one size. `residual` needs scratch memory, so one object serves one thread.
class SpectralResidual {
 public:
  /// `floor` is there for comparisons with figures computed without it (0: the released code).
  explicit SpectralResidual(Size grid, double floor = kSpectrumFloor);
  ~SpectralResidual();
  SpectralResidual(const SpectralResidual&) = delete;
  SpectralResidual& operator=(const SpectralResidual&) = delete;

  /// The magnitude of the inverse transform of the residual spectrum (with the factor 1 / pixels),
  /// not blurred, not normalised, for greys in 0..1: `map` gets one value for each of `grey`,
  /// finite and >= 0.
  void residual(std::span<const float> grey, std::vector<float>& map);

 private:
  struct Workspace;
  std::unique_ptr<Workspace> work_;
};

}  // namespace guidedmixup

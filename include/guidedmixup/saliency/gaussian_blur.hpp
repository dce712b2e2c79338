/// Gaussian blur of a float map, with torchvision's conventions.
#pragma once

#include <vector>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// A separable blur. The border reflects without repeating the edge (index -1 is 1); where a map is
/// smaller than the kernel's radius the reflected index is folded until it lies inside. Immutable,
/// so safe to use from any thread with a scratch vector for each.
class GaussianBlur {
 public:
  /// `kernel` odd and at least 1; `sigma` positive.
  GaussianBlur(int kernel, float sigma);

  /// Blurs `map` (size.height x size.width, row by row) in place.
  void apply(std::vector<float>& map, Size size, std::vector<float>& scratch) const;

  [[nodiscard]] const std::vector<float>& taps() const { return taps_; }

 private:
  std::vector<float> taps_;
};

}  // namespace guidedmixup

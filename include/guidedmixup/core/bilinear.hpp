/// Bilinear resampling tables of one axis, without antialiasing: two taps for each output.
#pragma once

#include <vector>

#include <guidedmixup/core/host_device.hpp>

namespace guidedmixup {

/// Between two values, on the CPU and on CUDA: weight 0 gives the first, weight 1 the second. Two
/// products, because first + weight (second - first) does not give the second exactly.
GUIDEDMIXUP_HOST_DEVICE constexpr float interpolate(float first, float second, float weight) {
  return (1.0F - weight) * first + weight * second;
}

/// out[o] = interpolate(in[first[o]], in[second[o]], weight[o]), with half-pixel centres: the
/// source coordinate is (o + 1/2) * in / out - 1/2, clamped below at 0, and the second tap is
/// clamped to the last input (as PyTorch's interpolate with align_corners=False).
struct BilinearAxis {
  /// Both lengths must be at least 1.
  BilinearAxis(int in_length, int out_length);

  /// Resamples one row: `in` values to `out` values, which must not overlap. The same to the bit on
  /// every machine: no step is fused.
  void apply(const float* in_row, float* out_row) const;

  int in = 0;
  int out = 0;
  std::vector<int> first;
  std::vector<int> second;
  std::vector<float> weight;

  [[nodiscard]] bool is_identity() const { return in == out; }
};

}  // namespace guidedmixup

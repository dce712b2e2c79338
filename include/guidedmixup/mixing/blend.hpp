/// The formulas of mixing, each over plain arrays: what the paper's equations say, without threads
/// or image types. Pixels are 0..255; results are rounded to nearest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <guidedmixup/core/host_device.hpp>

namespace guidedmixup {

/// Mask of a source against its partner at one pixel: z_s / (z_s + z_t) (Kang and Kim 2023, eq. 2),
/// and 1/2 where both are 0. Both must be finite and >= 0.
GUIDEDMIXUP_HOST_DEVICE inline float guided_mask(float z_source, float z_target) {
  const float sum = z_source + z_target;
  return sum > 0.0F ? z_source / sum : 0.5F;
}

/// Added to a value from 0 to 255, it leaves a float32 no room for a fraction: the sum is rounded
/// to a whole number (to even at a tie), which then stands in the lowest byte of its bits.
inline constexpr float kBlendBias = 8388608.0F;

/// m * source + (1 - m) * target for one value, as target + m * (source - target), rounded to
/// nearest, ties to even. Equal values give themselves.
GUIDEDMIXUP_HOST_DEVICE inline std::uint8_t blend(float m, std::uint8_t source,
                                                  std::uint8_t target) {
  const float s = kBlendBias + static_cast<float>(source);
  const float t = kBlendBias + static_cast<float>(target);
  // With m in [0, 1] the result lies between the two, so there is nothing to clamp.
  return static_cast<std::uint8_t>((t + m * (s - t)) - kBlendBias);
}

/// A half-open box: rows [row1, row2), columns [column1, column2).
struct Box {
  int row1 = 0;
  int column1 = 0;
  int row2 = 0;
  int column2 = 0;
};

/// One share of the first of two sources in the box, another outside of it. The box lies within the
/// image.
struct BoxShare {
  Box box{};
  float inside = 0.0F;
  float outside = 1.0F;
};

}  // namespace guidedmixup

/// What every implementation of the spectral residual has in common, on whichever processor: the
/// numbers of the formulas and those formulas that are one expression.
#pragma once

#include <cstdint>

#include <guidedmixup/core/host_device.hpp>

namespace guidedmixup {

/// Coefficients below this share of the image's sum count as 0. Flat images have spectra of
/// rounding noise, whose phases differ between FFT libraries; without the floor so would their
/// maps.
inline constexpr double kSpectrumFloor = 1e-6;

/// Added to the squared amplitude before the logarithm (released code).
inline constexpr float kLogOffset = 1e-10F;

/// The unit of grey levels: with 0.2989 R + 0.587 G + 0.114 B (released code) and bytes for 0..1, a
/// grey of g in 0..1 is the level g * kGreyUnit. In it the greys of an image are whole numbers,
/// exact in float32.
inline constexpr double kGreyUnit = 255.0 * 10000.0;
inline constexpr float kGreyRed = 2989.0F;
inline constexpr float kGreyGreen = 5870.0F;
inline constexpr float kGreyBlue = 1140.0F;

/// The grey level of a pixel: red, green, blue.
GUIDEDMIXUP_HOST_DEVICE inline float grey_level(const std::uint8_t* pixel) {
  return kGreyRed * pixel[0] + kGreyGreen * pixel[1] + kGreyBlue * pixel[2];
}

/// -k modulo `count`: the frequency at which the spectrum F of real values has conj(F(k)).
template <typename Index>
GUIDEDMIXUP_HOST_DEVICE constexpr Index mirrored_frequency(Index k, Index count) {
  return k == 0 ? 0 : count - k;
}

}  // namespace guidedmixup

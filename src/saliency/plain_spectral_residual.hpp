/// The spectral residual written down as its definition says, for readers, and for the tests that
/// compare `SpectralResidual` with it: one complex transform of the whole array there, one back,
/// and loops over all frequencies. The program does not call it.
#pragma once

#include <span>
#include <vector>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// What SpectralResidual(grid, floor).residual(grey) computes. Safe to call from any thread.
[[nodiscard]] std::vector<float> plain_spectral_residual(std::span<const float> grey, Size grid,
                                                         double floor);

}  // namespace guidedmixup

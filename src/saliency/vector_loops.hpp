/// The inner loops of the spectral residual, by the widest vectors that the machine has. Lengths
/// are in values; arrays need no alignment and must not overlap unless they are the same.
#pragma once

#include <cstddef>
#include <cstdint>

namespace guidedmixup::vector_loops {

/// Grey levels of `count` RGB pixels, in units of 1 / kGreyUnit: whole numbers.
void grey_levels(const std::uint8_t* rgb, std::size_t count, float* grey);

/// out = (1 - weight) * upper + weight * lower.
void between_rows(const float* upper, const float* lower, float weight, std::size_t count,
                  float* out);

/// out[x] = sum over t of taps[t] * rows[t][x], added in the order of t; steps may be fused.
void sum_weighted_rows(const float* const* rows, const float* taps, std::size_t tap_count,
                       std::size_t count, float* out);

}  // namespace guidedmixup::vector_loops

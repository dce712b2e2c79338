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

/// out = a + b + c.
void sum_rows(const float* a, const float* b, const float* c, std::size_t count, float* out);

/// out = (in - less, 0) as `count` complex values.
void complex_less(const float* in, float less, std::size_t count, float* out);

/// Scales `count` complex values (re, im, ...), sets those whose power is below `floor_power` to 0,
/// and writes half the logarithm of power + 1e-10.
void scale_and_log(float* spectrum, float scale, float floor_power, std::size_t count,
                   float* log_amplitude);

/// Columns `first` to `width` - 1 of a row from the row that is its mirror: conjugate values, equal
/// logarithms, column x from column width - x. The two may be the same row.
void mirror(const float* from_spectrum, const float* from_log, std::size_t first, std::size_t width,
            float* spectrum, float* log_amplitude);

/// spectrum *= exp(-(above + here + below) / 9), `count` complex values. The three rows hold sums
/// of three neighbours.
void apply_gain(const float* above, const float* here, const float* below, std::size_t count,
                float* spectrum);

/// out = scale * |in|, of `count` complex values.
void magnitude(const float* in, float scale, std::size_t count, float* out);

}  // namespace guidedmixup::vector_loops

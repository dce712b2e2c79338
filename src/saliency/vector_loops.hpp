/// The inner loops of grey levels and blur, by the widest vectors that the machine has. Lengths
/// are in values; arrays need no alignment and must not overlap unless they are the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace guidedmixup::vector_loops {

/// Grey levels of `count` RGB pixels, in units of 1 / kGreyUnit: whole numbers. The more bytes are
/// `readable`, at least 3 * count, the fewer of the last pixels are done one by one.
void grey_levels(const std::uint8_t* rgb, std::size_t readable, std::size_t count, float* grey);

/// out = (1 - weight) * upper + weight * lower.
void between_rows(const float* upper, const float* lower, float weight, std::size_t count,
                  float* out);

/// Sums of `taps.size()` neighbours in the order of the taps; steps may be fused. Down the columns,
/// rows[y + t][x] is the neighbour t of out[stride * y + x]; along the rows in[stride * y + x + t]
/// is that of out[width * y + x].
void convolve_columns(const float* const* rows, std::size_t height, std::size_t width,
                      std::span<const float> taps, float* out, std::size_t stride);
void convolve_rows(const float* in, std::size_t stride, std::size_t height, std::size_t width,
                   std::span<const float> taps, float* out);

}  // namespace guidedmixup::vector_loops

/// The inner loop of spreading a map, by the widest vectors that the machine has.
#pragma once

#include <guidedmixup/core/bilinear.hpp>

namespace guidedmixup {

/// out[o] = (1 - weight[o]) * in[first[o]] + weight[o] * in[second[o]] for the whole axis: the same
/// to the bit on every machine, because no step is fused. The arrays must not overlap.
void spread_row(const float* in, const BilinearAxis& axis, float* out);

}  // namespace guidedmixup

/// The inner loops of a map's sum, by the widest vectors that the machine has.
#pragma once

#include <cstddef>

namespace guidedmixup {

/// The sum of weights[i] * values[i], in double. The order of additions depends on nothing but the
/// kind of vectors the machine has.
[[nodiscard]] double weighted_sum(const double* weights, const float* values, std::size_t count);

/// out[i] = values[i] * factor, each product formed in double.
void scale_values(const float* values, std::size_t count, double factor, float* out);

}  // namespace guidedmixup

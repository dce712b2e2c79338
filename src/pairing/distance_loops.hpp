/// The inner loops of the distances, by the widest vectors that the machine has.
#pragma once

#include <cstddef>

namespace guidedmixup {

/// A tile of pairs whose sums are kept in registers together.
inline constexpr int kTileRows = 4;
inline constexpr int kTileColumns = 4;

/// sums[i][j] += the squared l2 distance of rows[i] and columns[j] over `length` values. Summed in
/// float32 lanes, as many as the vectors of the machine have, then in double: a few thousand
/// values at a time keep the rounding small. Vectors may be given twice; the sums do not depend on
/// what else is in the tile.
void add_squared_distances(const float* const (&rows)[kTileRows],
                           const float* const (&columns)[kTileColumns], std::size_t length,
                           double (&sums)[kTileRows][kTileColumns]);

/// One row of a vector of distances: out[x] = diagonal[x] * row(x) + upper[x] * row(x + 1), where
/// row(x) = here_weight * here[x] + below_weight * below[x], and row(width) = 0. The same to the
/// bit on every machine.
void combine_rows(const float* here, const float* below, float here_weight, float below_weight,
                  const float* diagonal, const float* upper, std::size_t width, float* out);

}  // namespace guidedmixup

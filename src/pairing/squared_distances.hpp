/// The inner loop of the distances, by the widest vectors that the machine has.
#pragma once

#include <cstddef>

namespace guidedmixup {

/// A tile of pairs whose sums are kept in registers together.
inline constexpr int kTileRows = 2;
inline constexpr int kTileColumns = 4;

/// sums[i][j] += the squared l2 distance of rows[i] and columns[j] over `length` values. Summed in
/// float32 lanes, as many as the vectors of the machine have, then in double: a few thousand values
/// at a time keep the rounding small. Vectors may be given twice; the sums do not depend on what
/// else is in the tile.
void add_squared_distances(const float* const (&rows)[kTileRows],
                           const float* const (&columns)[kTileColumns], std::size_t length,
                           double (&sums)[kTileRows][kTileColumns]);

}  // namespace guidedmixup

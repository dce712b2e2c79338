// From maps to vectors (`DistanceVectors`), and from vectors to the matrix, block by block
// (`Block`). The derivation is in docs/numerics.md, "Distances".
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>

#include <guidedmixup/pairing/distance_matrix.hpp>

#include "distance_loops.hpp"

namespace guidedmixup {
namespace {

// Lanes are folded into a double after each stretch, which bounds the rounding of long sums; the
// vectors of a tile stay in the nearest caches while it lasts.
constexpr std::size_t kStretch = 2048;

// The pairs of one block: sums of squares, by rows. Blocks write different elements of the matrix,
// so threads may fill them at the same time. Sums stay here until all stretches are added.
class Block {
 public:
  Block(std::span<const SharedValues> vectors, int block_row, int block_column)
      : vectors_(vectors),
        rows_(block_row * kDistanceBlock, std::ssize(vectors)),
        columns_(block_column * kDistanceBlock, std::ssize(vectors)),
        on_diagonal_(block_row == block_column) {}

  void sum_squares() {
    const std::size_t length = vectors_[rows_.first]->size();
    for (std::size_t k = 0; k < length; k += kStretch) {
      const std::size_t stretch = std::min(kStretch, length - k);
      // Stretch by stretch in the outer loop: the 64 pieces of 2048 values are read while they are
      // in the cache, instead of each whole vector for each tile.
      for (int j = columns_.first; j < columns_.end; j += kTileColumns) {
        for (int i = rows_.first; i < rows_.end; i += kTileRows) {
          // Of a block on the diagonal only what lies above it.
          if (!on_diagonal_ || i < j + kTileColumns) add_tile(i, j, k, stretch);
        }
      }
    }
  }

  void write_to(DistanceMatrix& matrix) const {
    for (int i = rows_.first; i < rows_.end; ++i) {
      for (int j = std::max(columns_.first, i + 1); j < columns_.end; ++j) {
        matrix.set(i, j, static_cast<float>(std::sqrt(sums_[i - rows_.first][j - columns_.first])));
      }
    }
  }

 private:
  struct Range {
    Range(int start, std::ptrdiff_t count)
        : first(start), end(std::min(start + kDistanceBlock, static_cast<int>(count))) {}
    int first;
    int end;
  };

  void add_tile(int i, int j, std::size_t k, std::size_t length) {
    const float* rows[kTileRows];
    const float* columns[kTileColumns];
    double sums[kTileRows][kTileColumns] = {};
    // Beyond the edge the last vector stands in; its sums are not kept.
    for (int r = 0; r < kTileRows; ++r) {
      rows[r] = vectors_[std::min(i + r, rows_.end - 1)]->data() + k;
    }
    for (int c = 0; c < kTileColumns; ++c) {
      columns[c] = vectors_[std::min(j + c, columns_.end - 1)]->data() + k;
    }
    add_squared_distances(rows, columns, length, sums);
    for (int r = 0; r < kTileRows; ++r) {
      for (int c = 0; c < kTileColumns; ++c) {
        sums_[i - rows_.first + r][j - columns_.first + c] += sums[r][c];
      }
    }
  }

  // A tile never crosses the edge of `sums_`.
  static_assert(kDistanceBlock % kTileRows == 0 && kDistanceBlock % kTileColumns == 0);

  std::span<const SharedValues> vectors_;
  Range rows_;
  Range columns_;
  bool on_diagonal_;
  std::array<std::array<double, kDistanceBlock>, kDistanceBlock> sums_{};
};

}  // namespace

DistanceMatrix::DistanceMatrix(int count)
    : count_(count), values_(static_cast<std::size_t>(count) * count, 0.0F) {}

float l2_distance(std::span<const float> a, std::span<const float> b) {
  GUIDEDMIXUP_CHECK(a.size(), ==, b.size());
  // By the tile's own loop with one pair in all places: a plain loop would add in another order,
  // and `verify` compares the result with an element of a matrix.
  double sum = 0.0;
  for (std::size_t k = 0; k < a.size(); k += kStretch) {
    const float* row = a.data() + k;
    const float* column = b.data() + k;
    double sums[kTileRows][kTileColumns] = {};
    add_squared_distances({row, row, row, row}, {column, column, column, column},
                          std::min(kStretch, a.size() - k), sums);
    sum += sums[0][0];
  }
  return static_cast<float>(std::sqrt(sum));
}

void fill_distance_block(std::span<const SharedValues> vectors, int block_row, int block_column,
                         DistanceMatrix& matrix) {
  Block block(vectors, block_row, block_column);
  block.sum_squares();
  block.write_to(matrix);
}

DistanceVectors::DistanceVectors(const MapGeometry& geometry)
    // A shrinking axis has no full column rank, and its map is shorter than the grid anyway.
    : direct_(geometry.is_identity() || geometry.full.width < geometry.grid.width ||
              geometry.full.height < geometry.grid.height) {
  if (direct_) return;
  rows_ = factor(geometry.rows);
  columns_ = factor(geometry.columns);
}

DistanceVectors::Bidiagonal DistanceVectors::factor(const BilinearAxis& axis) {
  // U'U: each output adds the products of its two weights. Then Cholesky of a tridiagonal matrix.
  // In double: differences of nearly equal numbers decide the last pivots.
  std::vector<double> diagonal(axis.in, 0.0);
  std::vector<double> upper(axis.in, 0.0);
  for (int o = 0; o < axis.out; ++o) {
    const auto t = static_cast<double>(axis.weight[o]);
    // Beyond the outermost centres, where one value is repeated: its two weights add up to 1.
    if (axis.first[o] == axis.second[o]) {
      diagonal[axis.first[o]] += 1.0;
      continue;
    }
    diagonal[axis.first[o]] += (1.0 - t) * (1.0 - t);
    diagonal[axis.second[o]] += t * t;
    upper[axis.first[o]] += t * (1.0 - t);
  }
  Bidiagonal result;
  double below = 0.0;  // the factor's element left of the diagonal
  for (int i = 0; i < axis.in; ++i) {
    // Rounding may leave a pivot slightly below 0. It is 0 for a grid value that no output uses.
    const double pivot = std::sqrt(std::max(diagonal[i] - below * below, 0.0));
    below = pivot > 0.0 ? upper[i] / pivot : 0.0;
    result.diagonal.push_back(static_cast<float>(pivot));
    result.upper.push_back(static_cast<float>(below));
  }
  return result;
}

SharedValues DistanceVectors::vector_of(const SaliencyMap& map) const {
  // No copy: the vector shares the map's values.
  if (map.geometry().is_identity()) return map.shared_grid_values();
  if (direct_) {
    const std::vector<float> values = map.full_values();
    return std::make_shared<FloatBuffer>(values.begin(), values.end());
  }
  const Size grid = map.geometry().grid;
  const auto width = static_cast<std::size_t>(grid.width);
  const float* in = map.grid_values().data();
  const auto vector = std::make_shared<FloatBuffer>(static_cast<std::size_t>(grid.pixels()));
  for (int y = 0; y < grid.height; ++y) {
    // The last row has no row below it; its factor `upper` is 0, so it may stand for itself.
    const float* row = in + width * y;
    const float* below = in + width * std::min(y + 1, grid.height - 1);
    combine_rows(row, below, rows_.diagonal[y], rows_.upper[y], columns_.diagonal.data(),
                 columns_.upper.data(), width, vector->data() + width * y);
  }
  return vector;
}

}  // namespace guidedmixup

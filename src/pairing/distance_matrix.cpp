#include <algorithm>
#include <array>
#include <cmath>

#include <guidedmixup/pairing/distance_matrix.hpp>

namespace guidedmixup {
namespace {

// Sums run in 16 lanes, so that the compiler may use any vector width without changing the order of
// additions; lanes are folded into a double after each stretch, which bounds the rounding of long
// sums and keeps a block of stretches in the nearest cache.
constexpr std::size_t kLanes = 16;
constexpr std::size_t kStretch = 1024;

double stretch_of_squares(const float* a, const float* b, std::size_t length) {
  std::array<float, kLanes> lanes{};
  const std::size_t whole = length / kLanes * kLanes;
  for (std::size_t k = 0; k < whole; k += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float difference = a[k + lane] - b[k + lane];
      lanes[lane] += difference * difference;
    }
  }
  for (std::size_t k = whole; k < length; ++k) {
    const float difference = a[k] - b[k];
    lanes[k - whole] += difference * difference;
  }
  double sum = 0.0;
  for (const float lane : lanes) sum += static_cast<double>(lane);
  return sum;
}

}  // namespace

DistanceMatrix::DistanceMatrix(int count)
    : count_(count), values_(static_cast<std::size_t>(count) * count, 0.0F) {}

float l2_distance(std::span<const float> a, std::span<const float> b) {
  GUIDEDMIXUP_CHECK(a.size(), ==, b.size());
  double sum = 0.0;
  for (std::size_t k = 0; k < a.size(); k += kStretch) {
    sum += stretch_of_squares(a.data() + k, b.data() + k, std::min(kStretch, a.size() - k));
  }
  return static_cast<float>(std::sqrt(sum));
}

void fill_distance_block(std::span<const std::vector<float>> vectors, int block_row,
                         int block_column, DistanceMatrix& matrix) {
  const int first_i = block_row * kDistanceBlock;
  const int first_j = block_column * kDistanceBlock;
  const int end_i = std::min(first_i + kDistanceBlock, matrix.count());
  const int end_j = std::min(first_j + kDistanceBlock, matrix.count());
  std::array<double, kDistanceBlock * kDistanceBlock> sums{};
  const std::size_t length = vectors[first_i].size();
  for (std::size_t k = 0; k < length; k += kStretch) {
    const std::size_t stretch = std::min(kStretch, length - k);
    for (int i = first_i; i < end_i; ++i) {
      for (int j = std::max(first_j, i + 1); j < end_j; ++j) {
        sums[(i - first_i) * kDistanceBlock + (j - first_j)] +=
            stretch_of_squares(vectors[i].data() + k, vectors[j].data() + k, stretch);
      }
    }
  }
  for (int i = first_i; i < end_i; ++i) {
    for (int j = std::max(first_j, i + 1); j < end_j; ++j) {
      const double sum = sums[(i - first_i) * kDistanceBlock + (j - first_j)];
      matrix.set(i, j, static_cast<float>(std::sqrt(sum)));
    }
  }
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
  std::vector<double> diagonal(axis.in, 0.0);
  std::vector<double> upper(axis.in, 0.0);
  for (int o = 0; o < axis.out; ++o) {
    const auto t = static_cast<double>(axis.weight[o]);
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
    const double pivot = std::sqrt(std::max(diagonal[i] - below * below, 0.0));
    below = pivot > 0.0 ? upper[i] / pivot : 0.0;
    result.diagonal.push_back(static_cast<float>(pivot));
    result.upper.push_back(static_cast<float>(below));
  }
  return result;
}

std::vector<float> DistanceVectors::vector_of(const SaliencyMap& map) const {
  if (direct_) return map.full_values();
  const Size grid = map.geometry().grid;
  const auto width = static_cast<std::size_t>(grid.width);
  const float* in = map.grid_values().data();
  std::vector<float> vector(static_cast<std::size_t>(grid.pixels()));
  for (int y = 0; y < grid.height; ++y) {
    // The last row has no row below it; its factor `upper` is 0, so it may stand for itself.
    const float* here = in + width * y;
    const float* below = in + width * std::min(y + 1, grid.height - 1);
    float* out = vector.data() + width * y;
    for (std::size_t x = 0; x < width; ++x) {
      out[x] = rows_.diagonal[y] * here[x] + rows_.upper[y] * below[x];
    }
    // In place from left to right: each element needs only itself and its right neighbour.
    for (std::size_t x = 0; x + 1 < width; ++x) {
      out[x] = columns_.diagonal[x] * out[x] + columns_.upper[x] * out[x + 1];
    }
    out[width - 1] *= columns_.diagonal[width - 1];
  }
  return vector;
}

}  // namespace guidedmixup

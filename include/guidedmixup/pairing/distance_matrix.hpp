/// How far apart the saliency maps of a mini-batch are: l2 between the sum-to-one maps (Kang and
/// Kim 2023, section 4.1).
#pragma once

#include <span>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/saliency_map.hpp>

namespace guidedmixup {

/// count x count float32, symmetric to the bit, 0 on the diagonal.
class DistanceMatrix {
 public:
  explicit DistanceMatrix(int count = 0);

  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] float at(int i, int j) const { return values_[index(i, j)]; }
  /// Sets (i, j) and its mirror. The two must differ.
  void set(int i, int j, float distance) {
    values_[index(i, j)] = distance;
    values_[index(j, i)] = distance;
  }

 private:
  [[nodiscard]] std::size_t index(int i, int j) const {
    return static_cast<std::size_t>(i) * count_ + j;
  }
  int count_;
  std::vector<float> values_;
};

/// A vector whose l2 distances equal those of the full-size maps, but as short as the grid: the
/// spread U of a map is linear and U'U is tridiagonal along each axis, so with U'U = L L' the
/// vector is L'a. Where an axis of the grid is longer than the image's, the full map itself.
class DistanceVectors {
 public:
  /// L' of one axis: out[i] = diagonal[i] in[i] + upper[i] in[i + 1].
  struct Bidiagonal {
    std::vector<float> diagonal;
    std::vector<float> upper;
  };

  explicit DistanceVectors(const MapGeometry& geometry);
  /// The vector of a map of that geometry: the map's own values where they do. Safe to call from
  /// any thread.
  [[nodiscard]] SharedValues vector_of(const SaliencyMap& map) const;

  /// What `vector_of` does, for who does it elsewhere: the full map as it is, or the two factors,
  /// which are empty then.
  [[nodiscard]] bool is_full_map() const { return direct_; }
  [[nodiscard]] const Bidiagonal& rows() const { return rows_; }
  [[nodiscard]] const Bidiagonal& columns() const { return columns_; }

 private:
  static Bidiagonal factor(const BilinearAxis& axis);

  bool direct_;
  Bidiagonal rows_;
  Bidiagonal columns_;
};

/// The l2 distance of two vectors of one length, summed in an order that depends on nothing but the
/// kind of vectors the machine has.
[[nodiscard]] float l2_distance(std::span<const float> a, std::span<const float> b);

/// The side of the square blocks in which a matrix is filled: large, since each block reads all of
/// its vectors, and many vectors do not fit in a cache.
inline constexpr int kDistanceBlock = 32;

/// Fills the block of pairs (i, j), i in block `block_row`, j in block `block_column` (at least
/// block_row), i < j, and its mirror. Blocks are independent, so they may run at the same time;
/// each element is equal to l2_distance of its two vectors.
void fill_distance_block(std::span<const SharedValues> vectors, int block_row, int block_column,
                         DistanceMatrix& matrix);

}  // namespace guidedmixup

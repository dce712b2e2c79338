/// The pairs by which a mini-batch has been mixed in earlier rounds. A mixing that draws nothing
/// gives the same picture for the same pair, so these are what a pairing had better avoid.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace guidedmixup {

/// Unordered pairs of the images 0 ... count - 1 of one mini-batch, one bit for each. Used by one
/// thread at a time.
class UsedPairs {
 public:
  explicit UsedPairs(int count)
      : used_(count < 2 ? 0 : static_cast<std::size_t>(count) * (count - 1) / 2) {}

  /// The two must differ.
  [[nodiscard]] bool has(int i, int j) const { return used_[place(i, j)]; }

  /// Adds the pairs of one round: partner[i] for each image. An image that is its own partner makes
  /// no pair.
  void add(std::span<const int> partners) {
    for (int i = 0; i < static_cast<int>(partners.size()); ++i) {
      if (partners[i] != i) used_[place(i, partners[i])] = true;
    }
  }

 private:
  // Row by row below the diagonal.
  [[nodiscard]] static std::size_t place(int i, int j) {
    if (i < j) std::swap(i, j);
    return static_cast<std::size_t>(i) * (i - 1) / 2 + j;
  }

  std::vector<bool> used_;
};

}  // namespace guidedmixup

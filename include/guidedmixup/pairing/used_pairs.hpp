/// The pairs by which a mini-batch has been mixed in earlier rounds. A mixing that draws nothing
/// gives the same picture for the same pair, so these are what a pairing had better avoid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace guidedmixup {

/// How often each unordered pair of the images 0 ... count - 1 of one mini-batch was used, one byte
/// for each pair: 255 stands for more, too. Used by one thread at a time.
class UsedPairs {
 public:
  explicit UsedPairs(int count)
      : uses_(count < 2 ? 0 : static_cast<std::size_t>(count) * (count - 1) / 2) {}

  /// The two must differ.
  [[nodiscard]] int uses(int i, int j) const { return uses_[place(i, j)]; }

  /// Adds the pairs of one round: partner[i] for each image. An image that is its own partner makes
  /// no pair.
  void add(std::span<const int> partners) {
    for (int i = 0; i < static_cast<int>(partners.size()); ++i) {
      if (partners[i] == i) continue;
      std::uint8_t& uses = uses_[place(i, partners[i])];
      if (uses < std::numeric_limits<std::uint8_t>::max()) ++uses;
    }
  }

 private:
  // Row by row below the diagonal.
  [[nodiscard]] static std::size_t place(int i, int j) {
    if (i < j) std::swap(i, j);
    return static_cast<std::size_t>(i) * (i - 1) / 2 + j;
  }

  std::vector<std::uint8_t> uses_;
};

}  // namespace guidedmixup

/// The order in which the outputs of a mini-batch are made.
#pragma once

#include <numeric>
#include <span>
#include <vector>

namespace guidedmixup {

/// All of `count` images, each followed by its partner where that is still to come: the partner of
/// one is the source of the next and lies in the cache already, which halves what is read from
/// memory. Without partners the order of the slots.
[[nodiscard]] inline std::vector<int> mixing_order(std::span<const int> partners, int count) {
  std::vector<int> order;
  order.reserve(static_cast<std::size_t>(count));
  std::vector<bool> taken(static_cast<std::size_t>(count));
  for (int start = 0; start < count; ++start) {
    for (int k = start; !taken[k]; k = partners.empty() ? k : partners[k]) {
      taken[k] = true;
      order.push_back(k);
    }
  }
  return order;
}

}  // namespace guidedmixup

/// The order in which a mini-batch is mixed.
#pragma once

#include <span>
#include <vector>

namespace guidedmixup {

/// All images, each followed by its partner where that is still to come: the partner of one is the
/// source of the next and lies in the cache already, which halves what is read from memory.
[[nodiscard]] inline std::vector<int> order_along_partners(std::span<const int> partners) {
  std::vector<int> order;
  order.reserve(partners.size());
  std::vector<bool> taken(partners.size());
  for (int start = 0; start < static_cast<int>(partners.size()); ++start) {
    for (int k = start; !taken[k]; k = partners[k]) {
      taken[k] = true;
      order.push_back(k);
    }
  }
  return order;
}

}  // namespace guidedmixup

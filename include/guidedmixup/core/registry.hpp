/// Looking up registered parts by their names.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace guidedmixup {

/// The entry of that name, or null.
template <typename Info>
[[nodiscard]] const Info* find_entry(std::span<const Info* const> registry, std::string_view name) {
  const auto found = std::find_if(registry.begin(), registry.end(),
                                  [&](const Info* info) { return info->name == name; });
  return found == registry.end() ? nullptr : *found;
}

/// The names as a message lists them: "random, greedy".
template <typename Info>
[[nodiscard]] std::string entry_names(std::span<const Info* const> registry) {
  std::string names;
  for (const Info* info : registry) names += (names.empty() ? "" : ", ") + std::string(info->name);
  return names;
}

}  // namespace guidedmixup

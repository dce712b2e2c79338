// The file of --files-from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace guidedmixup::dataset {

/// One path as the list says it, and its line (or its number, when NUL ends each path).
struct ListedPath {
  std::string path;
  std::size_t line = 0;
};

/// The paths in order, without empty lines; "-" is standard input. Throws UsageError when there is
/// none, or when a newline-separated list holds a NUL byte.
[[nodiscard]] std::vector<ListedPath> read_list_file(const std::string& file, bool nul_separated);

}  // namespace guidedmixup::dataset

// The INPUT arguments: what they are on disk, and the folder that sample paths are relative to.
#pragma once

#include <string>
#include <vector>

#include "paths.hpp"

namespace guidedmixup::dataset {

struct Input {
  std::string typed;  ///< as the user named it
  std::string path;   ///< absolute; the folders on the way are without symbolic links
  bool is_folder = true;
};

struct Inputs {
  std::vector<Input> items;  ///< in the user's order
  std::string root;          ///< deepest common folder (of a single file: its folder)
};

enum class InputKinds { kFolders, kFoldersAndFiles };

/// Throws UsageError when there is no INPUT, when one does not exist or is of another kind, and
/// when one lies inside another or is named twice.
[[nodiscard]] Inputs resolve_inputs(const std::vector<std::string>& typed, InputKinds kinds);

/// Where the relative paths of a list or label file start: at the root.
[[nodiscard]] PathBase path_base(const Inputs& inputs);

}  // namespace guidedmixup::dataset

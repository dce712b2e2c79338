// Paths as text, byte for byte: nothing here looks at the file system.
#pragma once

#include <string>
#include <string_view>

namespace guidedmixup::dataset {

/// The same path without empty components, "." and, where a component stands before it, "..".
/// A relative path may begin with ".."; the empty path is ".".
[[nodiscard]] std::string normal_path(std::string_view path);

[[nodiscard]] std::string join_path(std::string_view folder, std::string_view path);

/// The folder of a normal absolute path; that of "/" is "/".
[[nodiscard]] std::string_view parent_folder(std::string_view path);

/// True when `path` is `folder` or lies below it; both absolute and normal.
[[nodiscard]] bool is_inside(std::string_view path, std::string_view folder);

/// `path` as seen from `folder`, with "../" where needed; both absolute and normal.
[[nodiscard]] std::string relative_path(std::string_view path, std::string_view folder);

/// The deepest folder that holds both; both absolute and normal.
[[nodiscard]] std::string common_folder(std::string_view first, std::string_view second);

/// The folder at which the relative paths of a list or a label file start.
class PathBase {
 public:
  /// `folder` is absolute and without symbolic links; `typed` is the same folder as the user named
  /// it, absolute and normal: absolute paths in a list may begin with either.
  PathBase(std::string folder, std::string typed);

  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// Any path of a list as a normal path relative to the folder, with "../" where it lies outside.
  [[nodiscard]] std::string relative(std::string_view path) const;

 private:
  std::string folder_;
  std::string typed_;
};

}  // namespace guidedmixup::dataset

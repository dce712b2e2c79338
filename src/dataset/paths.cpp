#include "paths.hpp"

#include <algorithm>
#include <utility>

namespace guidedmixup::dataset {
namespace {

// `path` below `folder`, which must hold it; "" when they are the same.
std::string_view below(std::string_view path, std::string_view folder) {
  path.remove_prefix(folder.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

}  // namespace

// Written out because a list may name a million paths, and std::filesystem::path allocates for each
// component.
std::string normal_path(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::string normal(absolute ? "/" : "");
  std::size_t fixed = normal.size();  // what ".." cannot take back: "/" or leading ".."
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (component.empty() || component == ".") continue;
    if (component == ".." && normal.size() > fixed) {
      const std::size_t slash = normal.rfind('/');
      normal.resize(slash == std::string::npos ? fixed : std::max(slash, fixed));
      continue;
    }
    // The folder above "/" is "/".
    if (component == ".." && absolute) continue;
    if (!normal.empty() && normal.back() != '/') normal += '/';
    normal += component;
    // A leading ".." of a relative path: a second one must not take it back.
    if (component == "..") fixed = normal.size();
  }
  return normal.empty() ? "." : normal;
}

std::string join_path(std::string_view folder, std::string_view path) {
  std::string joined;
  joined.reserve(folder.size() + 1 + path.size());
  joined += folder;
  if (!joined.empty() && joined.back() != '/') joined += '/';
  joined += path;
  return joined;
}

std::string_view parent_folder(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(0, std::max<std::size_t>(slash, 1));
}

bool is_inside(std::string_view path, std::string_view folder) {
  // "/a/bc" starts with "/a/b" and does not lie in it: a '/' must follow, unless the folder is "/".
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/';
}

std::string relative_path(std::string_view path, std::string_view folder) {
  std::string relative;
  // Ends at "/" at the latest, which holds every absolute path.
  while (!is_inside(path, folder)) {
    folder = parent_folder(folder);
    relative += "../";
  }
  relative += below(path, folder);
  if (relative.ends_with('/')) relative.pop_back();
  return relative.empty() ? "." : relative;
}

std::string common_folder(std::string_view first, std::string_view second) {
  while (!is_inside(second, first)) first = parent_folder(first);
  return std::string(first);
}

PathBase::PathBase(std::string folder, std::string typed)
    : folder_(std::move(folder)), typed_(std::move(typed)) {}

std::string PathBase::relative(std::string_view path) const {
  std::string normal = normal_path(path);
  if (!normal.starts_with('/')) {
    if (normal != ".." && !normal.starts_with("../")) return normal;
    // It may come back in, as ../photos/cat/a.jpg does from photos.
    normal = normal_path(join_path(folder_, normal));
  }
  // `find "$PWD/photos"` writes the name that the user sees, also where photos is a link.
  const bool as_typed = !is_inside(normal, folder_) && is_inside(normal, typed_);
  return relative_path(normal, as_typed ? typed_ : folder_);
}

}  // namespace guidedmixup::dataset

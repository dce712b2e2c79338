// INPUTs are compared, and paths made relative, as text. That is right only for paths without
// symbolic links, so each INPUT is resolved first.
#include "inputs.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <sys/stat.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup::dataset {
namespace {

namespace fs = std::filesystem;

std::string expected(InputKinds kinds) {
  return kinds == InputKinds::kFolders ? "expected a folder" : "expected a folder or an image file";
}

std::string canonical_path(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::canonical(path, error);
  if (error) throw system_error("cannot resolve", path.native(), error.value());
  return found.native();
}

Input resolve_input(const std::string& typed, InputKinds kinds) {
  struct stat status {};
  if (repeat_interrupted([&] { return stat(typed.c_str(), &status); }) != 0) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) {
      throw UsageError("INPUT '" + printable(typed) + "' does not exist: " + expected(kinds));
    }
    throw system_error("cannot read INPUT", typed, errno);
  }
  // A folder that is a link is resolved to its target: two links to one folder would otherwise pass
  // as two INPUTs, and every image would count twice.
  if (S_ISDIR(status.st_mode)) return {typed, canonical_path(typed), true};
  if (kinds == InputKinds::kFolders || !S_ISREG(status.st_mode)) {
    throw UsageError(
        "INPUT '" + printable(typed) + "' is not a folder: " + expected(kinds) +
        (kinds == InputKinds::kFolders ? "; list single files with --files-from" : ""));
  }
  // A file that is a link keeps its own name: the target's may be a store's checksum.
  const fs::path path(typed);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  return {typed, join_path(canonical_path(folder), path.filename().native()), false};
}

void refuse_overlap(const std::vector<Input>& items) {
  std::vector<const Input*> order;
  order.reserve(items.size());
  for (const Input& item : items) order.push_back(&item);
  // With a '/' at the end, all that lies below a folder follows it without a gap, so that
  // neighbours are all that must be compared.
  std::sort(order.begin(), order.end(), [](const Input* a, const Input* b) {
    return join_path(a->path, "") < join_path(b->path, "");
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const Input& outer = *order[i - 1];
    const Input& inner = *order[i];
    if (!is_inside(inner.path, outer.path)) continue;
    throw UsageError("INPUT '" + printable(inner.typed) + "' " +
                     (inner.path == outer.path ? "is the same as" : "lies inside") + " INPUT '" +
                     printable(outer.typed) +
                     "': each image would count twice; give only one of them");
  }
}

}  // namespace

Inputs resolve_inputs(const std::vector<std::string>& typed, InputKinds kinds) {
  if (typed.empty()) throw UsageError("no INPUT: " + expected(kinds));
  Inputs inputs;
  inputs.items.reserve(typed.size());
  for (const std::string& one : typed) inputs.items.push_back(resolve_input(one, kinds));
  refuse_overlap(inputs.items);
  for (const Input& item : inputs.items) {
    const std::string_view folder = item.is_folder ? item.path : parent_folder(item.path);
    inputs.root = inputs.root.empty() ? std::string(folder) : common_folder(inputs.root, folder);
  }
  return inputs;
}

PathBase path_base(const Inputs& inputs) {
  if (inputs.items.size() != 1) return {inputs.root, inputs.root};
  // A ".." behind a symbolic link makes the text and the folder two different places.
  std::error_code error;
  const fs::path typed = fs::absolute(inputs.items[0].typed, error);
  if (error) return {inputs.root, inputs.root};
  const std::string absolute = normal_path(typed.native());
  const bool same = fs::equivalent(absolute, inputs.root, error);
  return {inputs.root, same && !error ? absolute : inputs.root};
}

}  // namespace guidedmixup::dataset

#include "list_file.hpp"

#include <string_view>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "text_file.hpp"

namespace guidedmixup::dataset {

std::vector<ListedPath> read_list_file(const std::string& file, bool nul_separated) {
  const std::string text = read_text(file, "--files-from", true);
  std::vector<ListedPath> paths;
  // With -0 every byte but NUL belongs to a path, so not even a byte-order mark is removed: it
  // could be the beginning of a name.
  Pieces pieces(nul_separated ? std::string_view(text) : as_utf8(text, file, "--files-from"),
                nul_separated ? '\0' : '\n');
  for (std::string_view path; pieces.next(path);) {
    if (path.empty()) continue;
    // No system call would take it. Most often it is a binary file, or a list separated by
    // something else; a reject for each of its "paths" would hide that.
    if (path.size() > kLongestPath) {
      throw UsageError("the path at " + at_line(file, pieces.line()) + " has " +
                       std::to_string(path.size()) + " bytes: expected one path " +
                       (nul_separated ? "before each NUL byte" : "per line") +
                       ", of at most 4095 bytes");
    }
    if (path.find('\0') != std::string_view::npos) {
      throw UsageError("the path at " + at_line(file, pieces.line()) +
                       " contains a NUL byte: expected one path per line in UTF-8; a list "
                       "separated by NUL needs -0");
    }
    paths.push_back({std::string(path), pieces.line()});
  }
  if (paths.empty()) {
    throw UsageError("--files-from '" + printable(file) + "' is empty: expected one path " +
                     (nul_separated ? "before each NUL byte" : "per line"));
  }
  return paths;
}

}  // namespace guidedmixup::dataset

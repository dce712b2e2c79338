// Lists are often written on another system, by a script, or by hand. For the first few paths that
// do not exist, the folder is searched for the name that was probably meant, since that shows the
// user what is wrong with all of them.
#include "missing_files.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <dirent.h>
#include <sys/stat.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "paths.hpp"
#include "rejects.hpp"
#include "text_file.hpp"
#include "unicode.hpp"

namespace guidedmixup::dataset {
namespace {

// Each look may read whole folders, and a list with a wrong start has as many misses as lines.
constexpr int kMostLooks = 10;

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

// An entry of the folder that reads like `name`; "" if none. Errors are ignored: this only
// improves a message.
std::string alike(const std::string& folder, const std::string& name) {
  const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.c_str()));
  const std::string wanted = folded(name);
  while (const dirent* entry = open ? readdir(open.get()) : nullptr) {
    if (folded(entry->d_name) == wanted) return entry->d_name;
  }
  return "";
}

// What lies below the root under nearly this path; "" if nothing.
std::string near_path(const std::string& root, const std::string& path) {
  std::string wanted(without_end_blanks(path));
  std::replace(wanted.begin(), wanted.end(), '\\', '/');
  wanted = normal_path(wanted);
  std::string found;
  // Component by component, because any of them may be misspelt; one that is right costs a single
  // stat() and no reading of its folder.
  for (std::string_view rest = wanted; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    std::string name(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    struct stat status {};
    const std::string folder = join_path(root, found);
    if (stat(join_path(folder, name).c_str(), &status) != 0) name = alike(folder, name);
    if (name.empty()) return "";
    found = found.empty() ? name : join_path(found, name);
  }
  return found;
}

}  // namespace

MissingFiles::MissingFiles(std::string root, std::string source)
    : root_(std::move(root)), source_(std::move(source)) {}

ListingReject MissingFiles::reject(const std::string& path, int error_number) {
  if (!is_of_the_path(error_number)) {
    throw system_error("cannot read", join_path(root_, path), error_number);
  }
  // It exists, or may exist, but cannot be reached: no other spelling helps.
  if (error_number != ENOENT && error_number != ENOTDIR) {
    return listing_reject(path, RejectCode::kUnreadable,
                          unreadable_message("the file", error_number));
  }
  std::string message = source_ + " names it, but it does not exist";
  const std::string found = looked_for_++ < kMostLooks ? near_path(root_, path) : "";
  if (!found.empty()) {
    message += "; did you mean '" + printable(found) + "'?";
    if (!note_) {
      note_ = source_ + " names '" + printable(path) + "', which does not exist, but '" +
              printable(found) + "' does";
    }
  } else if (path.find('\\') != std::string::npos) {
    message += "; folders are separated by '/', not '\\'";
  }
  return listing_reject(path, RejectCode::kMissing, std::move(message));
}

}  // namespace guidedmixup::dataset

#include "walk.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/dataset/image_names.hpp>

#include "paths.hpp"
#include "rejects.hpp"

namespace guidedmixup::dataset {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;

struct FolderId {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FolderId&, const FolderId&) = default;
};

[[noreturn]] void fail_on_folder(const std::string& path, int error_number) {
  throw system_error("cannot read the folder", printable(path), error_number);
}

OpenFolder open_folder(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail_on_folder(path, errno);
  OpenFolder folder(fdopendir(descriptor));
  if (folder == nullptr) {
    const int error_number = errno;
    close(descriptor);
    fail_on_folder(path, error_number);
  }
  return folder;
}

void add_reject(Found& found, std::string path, RejectCode code, std::string message) {
  found.rejects.push_back(listing_reject(std::move(path), code, std::move(message)));
}

void add_image(Found& found, std::string path, const struct stat& status, int first_folder) {
  if (!S_ISREG(status.st_mode)) {
    add_reject(found, std::move(path), RejectCode::kUnsupported, kNotRegularMessage);
  } else if (!is_utf8(path)) {
    add_reject(found, std::move(path), RejectCode::kInvalidPath, kInvalidPathMessage);
  } else {
    found.images.push_back(
        {std::move(path), static_cast<std::uint64_t>(status.st_size), first_folder});
  }
}

class Walk {
 public:
  Walk(const std::string& input, const std::string& root, Found& found)
      : found_(found), path_(input), root_length_(join_path(root, "").size()) {
    for (std::string_view folder = input; folder != "/";) {
      folder = parent_folder(folder);
      struct stat status {};
      if (stat(std::string(folder).c_str(), &status) == 0) {
        above_.push_back({status.st_dev, status.st_ino});
      }
    }
    input_depth_ = above_.size();
  }

  // Visits the folder `path_`. Its descriptor is closed before any folder below is opened: depth is
  // bounded by the length of a path, not by the number of open files.
  void visit(int first_folder) {
    std::vector<std::string> folders;
    {
      const OpenFolder folder = open_folder(path_);
      if (!enter(dirfd(folder.get()))) return;
      if (above_.size() == input_depth_ + 2) {
        first_folder = static_cast<int>(found_.folders.size());
        found_.folders.push_back(relative());
      }
      read_entries(folder.get(), first_folder, folders);
    }
    // Sorted so that the same tree fails at the same folder everywhere.
    std::sort(folders.begin(), folders.end());
    const std::size_t length = path_.size();
    for (const std::string& name : folders) {
      append(name);
      visit(first_folder);
      path_.resize(length);
    }
    above_.pop_back();
  }

 private:
  // False, and the link counted, when the folder already stands on the current path.
  bool enter(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) fail_on_folder(path_, errno);
    const FolderId id{status.st_dev, status.st_ino};
    // INPUT itself is always entered: a mounted folder may have the identity of one above it.
    if (above_.size() > input_depth_ &&
        std::find(above_.begin(), above_.end(), id) != above_.end()) {
      ++found_.other;
      found_.looping_links.push_back(relative());
      return false;
    }
    above_.push_back(id);
    return true;
  }

  void read_entries(DIR* folder, int first_folder, std::vector<std::string>& folders) {
    const std::size_t length = path_.size();
    for (;;) {
      errno = 0;
      const dirent* entry = readdir(folder);
      if (entry == nullptr) {
        if (errno != 0) fail_on_folder(path_, errno);
        return;
      }
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      append(name);
      if (take(dirfd(folder), *entry, first_folder)) folders.emplace_back(name);
      path_.resize(length);
    }
  }

  // Takes the entry, whose path is `path_`; true when it is a folder to visit.
  bool take(int folder, const dirent& entry, int first_folder) {
    if (entry.d_name[0] == '.') {
      ++found_.hidden;
      return false;
    }
    if (entry.d_type == DT_DIR) return true;
    const bool is_image = has_image_extension(entry.d_name);
    if (!is_image && entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) {
      ++found_.other;
      return false;
    }
    struct stat status {};
    if (fstatat(folder, entry.d_name, &status, 0) != 0) {
      lose(is_image, errno);
      return false;
    }
    if (S_ISDIR(status.st_mode)) return true;
    if (is_image) {
      add_image(found_, relative(), status, first_folder);
    } else {
      ++found_.other;
    }
    return false;
  }

  void lose(bool is_image, int error_number) {
    const bool leads_nowhere =
        error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP;
    // What is no image by name may be a folder, whose images must not be lost in silence.
    if (error_number == ENOMEM || (!is_image && !leads_nowhere)) {
      throw system_error("cannot read", printable(path_), error_number);
    }
    if (is_image) {
      add_reject(found_, relative(), RejectCode::kUnreadable, unreadable_message(error_number));
      return;
    }
    ++found_.other;
    found_.dead_links.push_back(relative());
  }

  void append(std::string_view name) {
    if (path_.back() != '/') path_ += '/';
    path_ += name;
  }

  [[nodiscard]] std::string relative() const { return path_.substr(root_length_); }

  Found& found_;
  std::string path_;
  std::size_t root_length_;
  std::vector<FolderId> above_;  // from the file system's root down to the current folder
  std::size_t input_depth_ = 0;  // how many of them stand above INPUT
};

}  // namespace

void walk_folder(const std::string& input, const std::string& root, Found& found) {
  Walk(input, root, found).visit(kNoFolder);
}

void add_single_image(const std::string& file, const std::string& root, Found& found) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) throw system_error("cannot read", printable(file), errno);
  add_image(found, relative_path(file, root), status, kNoFolder);
}

}  // namespace guidedmixup::dataset

// System calls rather than std::filesystem: its recursive iterator holds one descriptor per level,
// follows a loop of links until the path is too long, and either ends at a folder that it may not
// open or passes over it in silence. `visit` enters a folder, `take` decides about one entry,
// `lose` and `lose_folder` handle what cannot be examined.
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
#include <guidedmixup/core/interrupted.hpp>
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

// Identifies a folder whatever path leads to it: symbolic links and bind mounts give it several.
struct FolderId {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FolderId&, const FolderId&) = default;
};

[[noreturn]] void fail_on_folder(const std::string& path, int error_number) {
  throw system_error("cannot read the folder", path, error_number);
}

// Nothing, and errno, when it cannot be opened.
OpenFolder open_folder(const std::string& path) {
  const int descriptor =
      repeat_interrupted([&] { return open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0) return nullptr;
  OpenFolder folder(repeat_interrupted([&] { return fdopendir(descriptor); }));
  if (folder == nullptr) {
    // close() may overwrite the reason why fdopendir() failed.
    const int error_number = errno;
    close(descriptor);
    errno = error_number;
  }
  return folder;
}

void add_reject(Found& found, std::string path, RejectCode code, std::string message) {
  found.rejects.push_back(listing_reject(std::move(path), code, std::move(message)));
}

// `status` is that of a link's target. The size goes into the listing's digest, so it is taken now,
// while the status is in hand, and not when the image is decoded.
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

// Walks one INPUT. Between calls `path_` is the current folder and the end of `above_` is that
// folder and those above it. One string serves the whole walk: names are appended and cut off
// again, so that an entry costs no allocation unless it is kept.
class Walk {
 public:
  Walk(const std::string& input, const std::string& root, Found& found)
      : found_(found), path_(input), root_length_(join_path(root, "").size()) {
    // The folders above INPUT count too: a link from inside INPUT to one of them would lead back
    // in.
    for (std::string_view folder = input; folder != "/";) {
      folder = parent_folder(folder);
      struct stat status {};
      if (repeat_interrupted([&] { return stat(std::string(folder).c_str(), &status); }) == 0) {
        above_.push_back({status.st_dev, status.st_ino});
      }
    }
    input_depth_ = above_.size();
  }

  // Visits the folder `path_`. Its descriptor is closed before any folder below is opened, so a
  // deep tree needs no more open files than a flat one. The recursion ends at the longest path that
  // the system takes (4096 bytes), which is 2,048 levels at most.
  void visit(int first_folder) {
    const bool is_first = above_.size() == input_depth_ + 1;
    std::vector<std::string> folders;
    {
      const OpenFolder folder = open_folder(path_);
      if (folder == nullptr) {
        const int error_number = errno;
        lose_folder(error_number, is_first ? add_first_folder() : first_folder);
        return;
      }
      if (!enter(dirfd(folder.get()))) return;
      if (is_first) first_folder = add_first_folder();
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
  int add_first_folder() {
    found_.folders.push_back({relative()});
    return static_cast<int>(found_.folders.size()) - 1;
  }

  // Called for rejects as well: whether a folder is a class must not depend on damaged files, or a
  // repaired image would shift the indices of all classes after it.
  void mark_images(int first_folder) {
    if (first_folder != kNoFolder) found_.folders[first_folder].holds_images = true;
  }

  // The folder `path_` cannot be opened. One that the user may not read is lost like a sample: it
  // may hold images, and so stays a class.
  void lose_folder(int error_number, int first_folder) {
    const bool is_input = above_.size() == input_depth_;
    if (is_input || !is_forbidden(error_number)) fail_on_folder(path_, error_number);
    add_reject(found_, relative(), RejectCode::kUnreadable,
               unreadable_message("the folder", error_number));
    mark_images(first_folder);
  }

  // False, and the link counted, when the folder already stands on the current path.
  bool enter(int descriptor) {
    struct stat status {};
    if (repeat_interrupted([&] { return fstat(descriptor, &status); }) != 0) {
      fail_on_folder(path_, errno);
    }
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
      // readdir() returns null both at the end and on an error; `repeat_interrupted` has cleared
      // errno, which tells the two apart.
      const dirent* entry = repeat_interrupted([&] { return readdir(folder); });
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
    // The directory itself states the type of most entries. Only images (whose size is needed),
    // links and entries of unknown type cost an fstatat(), which is a round trip on a network file
    // system. Some file systems never state types.
    if (entry.d_type == DT_DIR) return is_entered(entry.d_name);
    const bool is_image = has_image_extension(entry.d_name);
    if (!is_image && entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) {
      pass_over(entry.d_name);
      return false;
    }
    struct stat status {};
    // Relative to the open folder: the kernel does not have to look up the whole path again.
    if (repeat_interrupted([&] { return fstatat(folder, entry.d_name, &status, 0); }) != 0) {
      lose(is_image, errno, first_folder);
    } else if (S_ISDIR(status.st_mode)) {
      return is_entered(entry.d_name);
    } else if (is_image) {
      add_image(found_, relative(), status, first_folder);
      mark_images(first_folder);
    } else {
      pass_over(entry.d_name);
    }
    return false;
  }

  bool is_entered(std::string_view name) {
    if (!is_system_folder(name)) return true;
    ++found_.hidden;
    return false;
  }

  void pass_over(std::string_view name) {
    ++found_.other;
    std::string extension = file_extension(name);
    if (is_unread_picture(extension)) ++found_.unread_pictures[std::move(extension)];
  }

  // The entry `path_` has no status.
  void lose(bool is_image, int error_number, int first_folder) {
    if (!is_image && leads_nowhere(error_number)) {
      ++found_.other;
      found_.dead_links.push_back(relative());
      return;
    }
    if (!is_of_the_path(error_number)) {
      throw system_error("cannot read", path_, error_number);
    }
    // What is no image by name may be a folder, whose images must not be lost in silence.
    add_reject(found_, relative(), RejectCode::kUnreadable,
               unreadable_message(is_image ? "the file" : "the file or folder", error_number));
    mark_images(first_folder);
  }

  void append(std::string_view name) {
    if (path_.back() != '/') path_ += '/';
    path_ += name;
  }

  [[nodiscard]] std::string relative() const { return path_.substr(root_length_); }

  Found& found_;
  std::string path_;
  std::size_t root_length_;
  std::vector<FolderId> above_;  // those above INPUT, then INPUT and the folders down to `path_`
  std::size_t input_depth_ = 0;  // how many of them stand above INPUT
};

}  // namespace

// The label of an image is the index of its first folder until classes are known.
void walk_folder(const std::string& input, const std::string& root, Found& found) {
  Walk(input, root, found).visit(kNoFolder);
}

// Only for a note about classes that a list leaves out, so errors are ignored: they would concern
// folders that the user did not ask for.
std::vector<std::string> first_folders_of(const std::string& folder) {
  std::vector<std::string> names;
  const OpenFolder open = open_folder(folder);
  while (const dirent* entry = open ? readdir(open.get()) : nullptr) {
    if (entry->d_name[0] == '.' || is_system_folder(entry->d_name)) continue;
    struct stat status {};
    const bool may_lead = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    if (entry->d_type == DT_DIR ||
        (may_lead && fstatat(dirfd(open.get()), entry->d_name, &status, 0) == 0 &&
         S_ISDIR(status.st_mode))) {
      names.emplace_back(entry->d_name);
    }
  }
  return names;
}

void add_single_image(const std::string& file, const std::string& root, Found& found) {
  struct stat status {};
  if (repeat_interrupted([&] { return stat(file.c_str(), &status); }) != 0) {
    throw system_error("cannot read", file, errno);
  }
  add_image(found, relative_path(file, root), status, kNoFolder);
}

}  // namespace guidedmixup::dataset

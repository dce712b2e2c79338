/// Open folders, and files in them. Below an open folder nothing is reached through a link, whoever
/// put it there and when; nothing that is there is opened for writing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/output/output_folder.hpp>

namespace guidedmixup {

enum class EntryKind { kNone, kFile, kFolder, kLink, kOther };
/// "a symbolic link", for messages.
[[nodiscard]] std::string_view to_string(EntryKind kind);

enum class FolderLinks {
  kFollow,  ///< the path that the user typed, which may lead anywhere
  kRefuse,  ///< its last component may not be a link
};

/// All names are those of one entry of the folder, without a slash. All functions throw RunError
/// that names the path. Safe to use from several threads.
class Folder {
 public:
  /// Nothing is created.
  explicit Folder(std::filesystem::path path, FolderLinks links = FolderLinks::kFollow);

  /// As the folder was opened by, for messages.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  [[nodiscard]] EntryKind kind(const std::string& name) const;
  /// In byte order.
  [[nodiscard]] std::vector<std::string> names() const;
  /// A folder in this one. Throws when it is something else, a link to a folder too.
  [[nodiscard]] Folder folder(const std::string& name) const;
  /// The same; made when there is nothing of that name.
  [[nodiscard]] Folder made_folder(const std::string& name) const;
  /// A regular file. `flags` are O_RDONLY or O_RDWR. Throws when it is something else; never waits
  /// for the other end of a pipe.
  [[nodiscard]] FileDescriptor file(const std::string& name, int flags) const;
  /// A file that was not there.
  [[nodiscard]] FileDescriptor new_file(const std::string& name) const;

  /// Takes the place of a file `to`.
  void rename(const std::string& from, const std::string& to) const;
  /// False, and nothing is done, when there is a `to` already.
  [[nodiscard]] bool rename_to_free(const std::string& from, const std::string& to) const;
  /// A link is removed itself. Nothing to remove is no error.
  void remove_file(const std::string& name) const;
  void remove_empty_folder(const std::string& name) const;

 private:
  Folder(std::filesystem::path path, FileDescriptor fd);

  std::filesystem::path path_;
  FileDescriptor fd_;
};

/// ".guidedmixup-0123456789abcdef.partial": short, unlike any other name, and not to be guessed.
[[nodiscard]] std::string temporary_name();
[[nodiscard]] bool is_temporary_name(std::string_view name);

}  // namespace guidedmixup

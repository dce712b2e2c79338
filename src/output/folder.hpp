/// Open folders, and files in them. Below an open folder nothing is reached through a link, whoever
/// put it there and when; nothing that is there is opened for writing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/output/output_folder.hpp>

namespace guidedmixup {

enum class EntryKind { kNone, kFile, kFolder, kLink, kOther };
/// "a symbolic link", for messages.
[[nodiscard]] std::string_view to_string(EntryKind kind);

struct FolderEntry {
  std::string name;
  EntryKind kind = EntryKind::kNone;
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
  /// False when the file system takes no name of this length.
  [[nodiscard]] bool takes_name(const std::string& name) const;
  /// In byte order of their names.
  [[nodiscard]] std::vector<FolderEntry> entries() const;
  /// A folder in this one. Throws when it is something else, a link to a folder too.
  [[nodiscard]] Folder folder(const std::string& name) const;
  /// The same; nothing when there is nothing of that name (any more).
  [[nodiscard]] std::optional<Folder> find_folder(const std::string& name) const;
  /// The same; made when there is nothing of that name.
  [[nodiscard]] Folder made_folder(const std::string& name) const;
  /// A folder that was not there.
  [[nodiscard]] Folder new_folder(const std::string& name) const;
  /// A regular file. `flags` are O_RDONLY or O_RDWR. Throws when it is something else; never waits
  /// for the other end of a pipe.
  [[nodiscard]] FileDescriptor file(const std::string& name, int flags) const;
  /// A file that was not there.
  [[nodiscard]] FileDescriptor new_file(const std::string& name) const;

  /// False, and nothing is done, when there is a folder `to` that is not empty.
  [[nodiscard]] bool rename_folder(const std::string& from, const std::string& to) const;
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

/// Can it be the name of an entry, rather than a path that leads elsewhere?
[[nodiscard]] bool is_entry_name(std::string_view name);

/// Reads what is there at once, up to `size` bytes; none at the end. Throws RunError that names
/// `path`.
[[nodiscard]] std::size_t read_some(int fd, void* bytes, std::size_t size, const std::string& path);

/// ".guidedmixup-0123456789abcdef.partial": short, unlike any other name, and not to be guessed.
[[nodiscard]] std::string temporary_name();
[[nodiscard]] bool is_temporary_name(std::string_view name);

}  // namespace guidedmixup

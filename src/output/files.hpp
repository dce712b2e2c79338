/// Writing files, and reading them line by line, with failures turned into exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/user_file.hpp>

#include "folder.hpp"

namespace guidedmixup {

void write_all(int fd, std::span<const std::uint8_t> bytes, const std::filesystem::path& path);
void write_all(int fd, std::string_view text, const std::filesystem::path& path);
/// Some file systems report a failed write only when the file is closed.
void close_or_throw(FileDescriptor fd, const std::filesystem::path& path);
/// Each line with its newline.
[[nodiscard]] std::string lines_text(const std::vector<std::string>& lines);

/// Force what was written to storage: a file, the entries of a folder, a whole file system. Where
/// the storage has no such call, only the safety against a failing machine is lost: `note` gets a
/// sentence, if there is a `note`, always the same. Throw RunError when the storage has failed.
void sync_file(int fd, const std::filesystem::path& path, const OutputNote& note);
void sync_folder(const Folder& folder, const OutputNote& note);
void sync_file_system(const Folder& folder, const OutputNote& note);

/// Is this the error of a storage, or of a filter of system calls, that does not know a call?
[[nodiscard]] bool is_refusal(int error_number);

/// Removes a folder and the files in it. There are never folders in it. Nothing to remove is no
/// error.
void remove_folder_of_files(const Folder& parent, const std::string& name);

/// A file that appears in one step, whole, at `commit`; until then it bears a temporary name, and
/// without `commit` nothing is left.
class NewFile {
 public:
  /// The folder outlives the object. `note` as above.
  NewFile(const Folder& folder, std::string name, OutputNote note = {});
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void append(std::string_view text);
  /// Throws, and changes nothing, when the file is there and must be kept.
  void commit(ExistingFile existing);

 private:
  static constexpr std::size_t kBufferBytes = 1 << 18;
  void flush();

  const Folder& folder_;
  std::string name_;
  OutputNote note_;
  std::string temporary_;
  FileDescriptor fd_;
  std::string buffer_;
  bool done_ = false;
};

/// The lines of a file, one after the other.
class LineReader {
 public:
  /// Throws as Folder::file does.
  LineReader(const Folder& folder, const std::string& name);
  /// False at the end. A line longer than any of ours comes in pieces. Throws RunError that names
  /// the file when it cannot be read.
  [[nodiscard]] bool next(std::string& line);
  /// Of the lines given so far.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Did the last line given lack its newline, as when the file was cut?
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  [[nodiscard]] bool fill();

  std::filesystem::path path_;
  FileDescriptor fd_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint64_t count_ = 0;
  bool cut_ = false;
};

}  // namespace guidedmixup

/// System calls on files with their errors turned into exceptions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/output/output_folder.hpp>

namespace guidedmixup {

[[nodiscard]] FileDescriptor open_or_throw(const std::filesystem::path& path, int flags);
void write_all(int fd, std::span<const std::uint8_t> bytes, const std::filesystem::path& path);
void write_all(int fd, std::string_view text, const std::filesystem::path& path);
/// Some file systems report a failed write only when the file is closed.
void close_or_throw(FileDescriptor fd, const std::filesystem::path& path);
/// Each line with its newline.
[[nodiscard]] std::string lines_text(const std::vector<std::string>& lines);
void sync_folder(const std::filesystem::path& folder);
/// The folder and those above it.
void make_folder(const std::filesystem::path& folder);
void rename_or_throw(const std::filesystem::path& from, const std::filesystem::path& to);
/// False, and nothing is done, when there is a `to` already.
[[nodiscard]] bool moved_without_replacing(const std::filesystem::path& from,
                                           const std::filesystem::path& to);

/// A file that appears in one step, whole, at `commit`; without it nothing is left. Until then it
/// bears a name that a file of the user could have, too: for our own folders only.
class ReplacementFile {
 public:
  explicit ReplacementFile(std::filesystem::path file);
  ~ReplacementFile();
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;

  void append(std::string_view text);
  void commit();

 private:
  static constexpr std::size_t kBufferBytes = 1 << 18;
  void flush();

  std::filesystem::path file_;
  std::filesystem::path partial_;
  FileDescriptor fd_;
  std::string buffer_;
  bool done_ = false;
};

}  // namespace guidedmixup

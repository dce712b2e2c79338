// Writing files so that they are either there, whole, or not there.
#include "files.hpp"

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/output_folder.hpp>

#include "output_files.hpp"

namespace guidedmixup {

namespace fs = std::filesystem;

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor open_or_throw(const fs::path& path, int flags) {
  FileDescriptor fd(open(path.c_str(), flags | O_CLOEXEC, 0666));
  if (fd.get() < 0) throw system_error("cannot open", path.string(), errno);
  return fd;
}

void write_all(int fd, std::span<const std::uint8_t> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw system_error("cannot write", path.string(), errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void write_all(int fd, std::string_view text, const fs::path& path) {
  write_all(fd, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, path);
}

void close_or_throw(FileDescriptor fd, const fs::path& path) {
  if (close(fd.release()) != 0) throw system_error("cannot write", path.string(), errno);
}

std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

void sync_folder(const fs::path& folder) {
  const FileDescriptor fd = open_or_throw(folder, O_RDONLY | O_DIRECTORY);
  if (fsync(fd.get()) != 0) throw system_error("cannot sync", folder.string(), errno);
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw system_error("cannot create the folder", folder.string(), error.value());
}

void rename_or_throw(const fs::path& from, const fs::path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) {
    throw system_error("cannot move into place", to.string(), errno);
  }
}

bool moved_without_replacing(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) {
    throw system_error("cannot create", to.string(), errno);
  }
  // A file system without that flag: a second name is never given to what is there.
  if (link(from.c_str(), to.c_str()) == 0) {
    unlink(from.c_str());
    return true;
  }
  if (errno == EEXIST) return false;
  std::error_code error;
  if (fs::exists(fs::symlink_status(to, error))) return false;
  rename_or_throw(from, to);  // and without second names
  return true;
}

ReplacementFile::ReplacementFile(fs::path file) : file_(std::move(file)), partial_(file_) {
  partial_ += kPartialSuffix;
  fd_ = open_or_throw(partial_, O_WRONLY | O_CREAT | O_TRUNC);
}

ReplacementFile::~ReplacementFile() {
  if (!done_) unlink(partial_.c_str());
}

void ReplacementFile::append(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void ReplacementFile::flush() {
  write_all(fd_.get(), buffer_, file_);
  buffer_.clear();
}

void ReplacementFile::commit() {
  flush();
  if (fsync(fd_.get()) != 0) throw system_error("cannot sync", file_.string(), errno);
  close_or_throw(std::move(fd_), file_);
  rename_or_throw(partial_, file_);
  done_ = true;
  const fs::path folder = file_.parent_path();
  sync_folder(folder.empty() ? fs::path(".") : folder);
}

void replace_file(const fs::path& file, std::string_view content) {
  ReplacementFile replacement(file);
  replacement.append(content);
  replacement.commit();
}

}  // namespace guidedmixup

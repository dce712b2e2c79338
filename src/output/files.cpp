// Each step of writing can fail, on some storage as late as in fsync() or close(), so each is
// checked.
#include "files.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>

#include "json_text.hpp"

namespace guidedmixup {

namespace fs = std::filesystem;

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

// A swap: what was open here is closed when `other` goes.
FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

void write_all(int fd, std::span<const std::uint8_t> bytes, const fs::path& path) {
  // A write may take fewer bytes than it was given, for example on a disk that is nearly full.
  while (!bytes.empty()) {
    const ssize_t written =
        repeat_interrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (written < 0) throw system_error("cannot write", path.string(), errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void write_all(int fd, std::string_view text, const fs::path& path) {
  write_all(fd, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, path);
}

void close_or_throw(FileDescriptor fd, const fs::path& path) {
  // A signal that interrupts it leaves nothing to be done again: the descriptor is closed, and a
  // sync before or after it tells what became of the data.
  if (close(fd.release()) != 0 && errno != EINTR) {
    throw system_error("cannot write", path.string(), errno);
  }
}

// One text and one write for a shard's lines, which are a few thousand at most: a write for each
// would cost a system call each.
std::string lines_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

bool is_refusal(int error_number) {
  // EPERM is what some containers' filters of system calls answer; EBADF, some network storage for
  // the sync of a folder.
  return error_number == EINVAL || error_number == ENOSYS || error_number == EOPNOTSUPP ||
         error_number == EPERM || error_number == EBADF;
}

namespace {

template <typename Sync>
void sync_or_note(const Sync& sync, const char* what, const fs::path& path,
                  const OutputNote& note) {
  if (repeat_interrupted(sync) == 0) return;
  const int error = errno;
  // EIO and ENOSPC: what was written is not safe, or not there.
  if (!is_refusal(error)) throw system_error("cannot sync", path.string(), error);
  if (!note) return;
  note("the output's file system cannot sync " + std::string(what) + " (" +
       std::generic_category().message(error) +
       "): the last files may be lost if the machine fails");
}

}  // namespace

void sync_file(int fd, const fs::path& path, const OutputNote& note) {
  sync_or_note([fd] { return fsync(fd); }, "files", path, note);
}

void sync_folder(const Folder& folder, const OutputNote& note) {
  sync_or_note([&] { return fsync(folder.fd()); }, "folders", folder.path(), note);
}

void sync_file_system(const Folder& folder, const OutputNote& note) {
  sync_or_note([&] { return syncfs(folder.fd()); }, "with syncfs", folder.path(), note);
}

void remove_folder_of_files(const Folder& parent, const std::string& name) {
  const auto folder = parent.find_folder(name);
  if (!folder) return;
  // Entry by entry, below the open folder: a recursive removal by path could be led elsewhere by a
  // link.
  for (const FolderEntry& entry : folder->entries()) folder->remove_file(entry.name);
  parent.remove_empty_folder(name);
}

NewFile::NewFile(const Folder& folder, std::string name, OutputNote note)
    : folder_(folder),
      name_(std::move(name)),
      note_(std::move(note)),
      temporary_(temporary_name()),
      fd_(folder.new_file(temporary_)) {}

NewFile::~NewFile() {
  // A failure is ignored: a left-over under such a name is removed by the next run.
  if (!done_) repeat_interrupted([&] { return unlinkat(folder_.fd(), temporary_.c_str(), 0); });
}

void NewFile::append(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void NewFile::flush() {
  write_all(fd_.get(), buffer_, folder_.path() / name_);
  buffer_.clear();
}

void NewFile::commit(ExistingFile existing) {
  // Messages name the file that the user knows, not the temporary one.
  const fs::path path = folder_.path() / name_;
  flush();
  // In this order. Without the sync before the rename, a power cut could leave the name with no
  // content; without that of the folder, it could take the name away again.
  sync_file(fd_.get(), path, note_);
  close_or_throw(std::move(fd_), path);
  if (existing == ExistingFile::kReplace) {
    folder_.rename(temporary_, name_);
  } else if (!folder_.rename_to_free(temporary_, name_)) {
    throw RunError("'" + printable(path.string()) +
                   "' was created in the meantime and was not replaced");
  }
  done_ = true;
  sync_folder(folder_, note_);
}

LineReader::LineReader(const Folder& folder, const std::string& name)
    : path_(folder.path() / name), fd_(folder.file(name, O_RDONLY)) {}

bool LineReader::next(std::string& line) {
  // `searched` is where the search goes on, so that a line which comes in many pieces is not
  // searched from its start for each of them.
  std::size_t searched = begin_;
  std::size_t end = buffer_.find('\n', searched);
  while (end == std::string::npos) {
    searched = buffer_.size() - begin_;  // what fill() moves to the front
    if (!fill()) break;
    end = buffer_.find('\n', searched);
  }
  cut_ = end == std::string::npos;
  // The end of the file just behind a newline is no line.
  if (cut_ && begin_ == buffer_.size()) {
    cut_ = false;
    return false;
  }
  if (cut_) end = buffer_.size();
  line.assign(buffer_, begin_, end - begin_);
  begin_ = end + (cut_ ? 0 : 1);
  ++count_;
  return true;
}

// Moves what is left of the buffer to its front and reads on. False at the end of the file, and
// when there is more than a line should have.
bool LineReader::fill() {
  // 64 KiB hold about 200 lines, so system calls do not count beside parsing.
  constexpr std::size_t kPiece = 1 << 16;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t filled = buffer_.size();
  if (filled > kMostJsonBytes) return false;
  buffer_.resize(filled + kPiece);
  const std::size_t count = read_some(fd_.get(), buffer_.data() + filled, kPiece, path_.string());
  buffer_.resize(filled + count);
  return count > 0;
}

}  // namespace guidedmixup

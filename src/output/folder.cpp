// Calls relative to an open folder (openat and its kin), with O_NOFOLLOW. A check of the path
// before the call would not do: between the two, somebody could put a link there.
#include "folder.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/records.hpp>

#include "output_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

EntryKind kind_of(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return EntryKind::kFile;
  if (S_ISDIR(status.st_mode)) return EntryKind::kFolder;
  return S_ISLNK(status.st_mode) ? EntryKind::kLink : EntryKind::kOther;
}

// Of a folder's entry; none where the file system does not say.
EntryKind kind_of(unsigned char entry_type) {
  switch (entry_type) {
    case DT_UNKNOWN:
      return EntryKind::kNone;
    case DT_REG:
      return EntryKind::kFile;
    case DT_DIR:
      return EntryKind::kFolder;
    case DT_LNK:
      return EntryKind::kLink;
    default:
      return EntryKind::kOther;
  }
}

RunError wrong_kind(const fs::path& path, EntryKind there, EntryKind expected) {
  return RunError("'" + printable(path.string()) + "' is " + std::string(to_string(there)) +
                  ": expected " + std::string(to_string(expected)));
}

// O_DIRECTORY: a pipe of that name fails instead of waiting for its other end.
FileDescriptor open_folder(int at, const char* path, int more_flags) {
  return FileDescriptor(repeat_interrupted(
      [&] { return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | more_flags); }));
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  // GRND_NONBLOCK: a machine that has just started need not have gathered randomness yet.
  if (getrandom(&number, sizeof number, GRND_NONBLOCK) == sizeof number) return number;
  // Refused, as by a filter of system calls: different for each call will do, since a name that is
  // there already is never used.
  static std::atomic<std::uint64_t> calls{0};
  const std::array<std::uint64_t, 3> parts{
      static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()),
      static_cast<std::uint64_t>(getpid()), calls.fetch_add(1)};
  return xxh3_of({reinterpret_cast<const std::uint8_t*>(parts.data()), sizeof parts});
}

}  // namespace

std::string_view to_string(EntryKind kind) {
  switch (kind) {
    case EntryKind::kNone:
      return "missing";
    case EntryKind::kFile:
      return "a file";
    case EntryKind::kFolder:
      return "a folder";
    case EntryKind::kLink:
      return "a symbolic link";
    case EntryKind::kOther:
      return "a pipe, socket or device";
  }
  return "unknown";
}

// An empty path is the current folder, as `parent_path()` of a plain file name gives it.
Folder::Folder(fs::path path, FolderLinks links) : path_(std::move(path)) {
  const int flags = links == FolderLinks::kRefuse ? O_NOFOLLOW : 0;
  fd_ = open_folder(AT_FDCWD, path_.empty() ? "." : path_.c_str(), flags);
  if (fd_.get() >= 0) return;
  const int error = errno;
  struct stat status {};
  // The open fails with ENOTDIR or ELOOP, depending on the system, and neither tells a user that a
  // link is in the way.
  if (links == FolderLinks::kRefuse &&
      repeat_interrupted([&] { return lstat(path_.c_str(), &status); }) == 0 &&
      S_ISLNK(status.st_mode)) {
    throw wrong_kind(path_, EntryKind::kLink, EntryKind::kFolder);
  }
  throw system_error("cannot open the folder", path_.string(), error);
}

Folder::Folder(fs::path path, FileDescriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}

EntryKind Folder::kind(const std::string& name) const {
  struct stat status {};
  if (repeat_interrupted(
          [&] { return fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW); }) == 0)
    return kind_of(status);
  if (errno == ENOENT) return EntryKind::kNone;
  throw system_error("cannot look at", (path_ / name).string(), errno);
}

// Asked of the file system and not of NAME_MAX: limits differ, and some count characters of another
// encoding.
bool Folder::takes_name(const std::string& name) const {
  struct stat status {};
  return repeat_interrupted(
             [&] { return fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW); }) == 0 ||
         errno != ENAMETOOLONG;
}

std::vector<FolderEntry> Folder::entries() const {
  // Opened anew: the position belongs to the open folder, which others may be reading.
  FileDescriptor again = open_folder(fd_.get(), ".", 0);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(
      again.get() < 0 ? nullptr : repeat_interrupted([&] { return fdopendir(again.get()); }),
      closedir);
  if (stream == nullptr) throw system_error("cannot read the folder", path_.string(), errno);
  (void)again.release();
  std::vector<FolderEntry> all;
  while (const dirent* entry = repeat_interrupted([&] { return readdir(stream.get()); })) {
    const std::string_view name = entry->d_name;
    // The kind comes with the name, or not at all: asking for each would be slow on networks.
    if (name != "." && name != "..") all.push_back({std::string(name), kind_of(entry->d_type)});
  }
  // readdir gives null for the end and for an error alike, and only errno tells them apart:
  // repeat_interrupted sets it to 0 before each call.
  if (errno != 0) throw system_error("cannot read the folder", path_.string(), errno);
  // Only now, since a call between two of readdir would change errno.
  for (FolderEntry& entry : all) {
    if (entry.kind == EntryKind::kNone) entry.kind = kind(entry.name);
  }
  // Messages name the first entry that is wrong; the order in which a file system lists them must
  // not show there.
  std::sort(all.begin(), all.end(),
            [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
  return all;
}

std::optional<Folder> Folder::find_folder(const std::string& name) const {
  FileDescriptor fd = open_folder(fd_.get(), name.c_str(), O_NOFOLLOW);
  if (fd.get() >= 0) return Folder(path_ / name, std::move(fd));
  const int error = errno;
  if (error == ENOENT) return std::nullopt;
  const EntryKind there = kind(name);
  if (there != EntryKind::kFolder && there != EntryKind::kNone) {
    throw wrong_kind(path_ / name, there, EntryKind::kFolder);
  }
  throw system_error("cannot open the folder", (path_ / name).string(), error);
}

Folder Folder::folder(const std::string& name) const {
  auto found = find_folder(name);
  if (!found) throw system_error("cannot open the folder", (path_ / name).string(), ENOENT);
  return std::move(*found);
}

// Two processes may make it at the same time; both then open the same one. Rights (0777, and 0666
// for files) are narrowed by the user's umask.
Folder Folder::made_folder(const std::string& name) const {
  if (repeat_interrupted([&] { return mkdirat(fd_.get(), name.c_str(), 0777); }) != 0 &&
      errno != EEXIST) {
    throw system_error("cannot create the folder", (path_ / name).string(), errno);
  }
  return folder(name);
}

Folder Folder::new_folder(const std::string& name) const {
  if (repeat_interrupted([&] { return mkdirat(fd_.get(), name.c_str(), 0777); }) != 0) {
    throw system_error("cannot create the folder", (path_ / name).string(), errno);
  }
  return folder(name);
}

FileDescriptor Folder::file(const std::string& name, int flags) const {
  // Looked at before it is opened: to open a device may do something, a pipe may wait.
  const EntryKind there = kind(name);
  if (there != EntryKind::kFile && there != EntryKind::kNone) {
    throw wrong_kind(path_ / name, there, EntryKind::kFile);
  }
  FileDescriptor fd(repeat_interrupted([&] {
    return openat(fd_.get(), name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }));
  if (fd.get() < 0) throw system_error("cannot open", (path_ / name).string(), errno);
  struct stat status {};
  if (repeat_interrupted([&] { return fstat(fd.get(), &status); }) != 0) {
    throw system_error("cannot look at", (path_ / name).string(), errno);
  }
  if (!S_ISREG(status.st_mode)) throw wrong_kind(path_ / name, kind_of(status), EntryKind::kFile);
  return fd;
}

FileDescriptor Folder::new_file(const std::string& name) const {
  // O_EXCL: what is there, be it a link, is never written to. O_RDWR, because a network file system
  // may want an exclusive lock on a file that is open for writing.
  constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  FileDescriptor fd(
      repeat_interrupted([&] { return openat(fd_.get(), name.c_str(), kFlags, 0666); }));
  if (fd.get() < 0) throw system_error("cannot create", (path_ / name).string(), errno);
  return fd;
}

// POSIX replaces an empty folder without a word. A shard always has its lines, so one that another
// process published is never empty and never replaced.
bool Folder::rename_folder(const std::string& from, const std::string& to) const {
  if (repeat_interrupted(
          [&] { return renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()); }) == 0)
    return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  throw system_error("cannot move into place", (path_ / to).string(), errno);
}

// In one step: whoever looks finds the old file or the new one.
void Folder::rename(const std::string& from, const std::string& to) const {
  if (repeat_interrupted(
          [&] { return renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()); }) != 0) {
    throw system_error("cannot move into place", (path_ / to).string(), errno);
  }
}

bool Folder::rename_to_free(const std::string& from, const std::string& to) const {
  if (repeat_interrupted([&] {
        return renameat2(fd_.get(), from.c_str(), fd_.get(), to.c_str(), RENAME_NOREPLACE);
      }) == 0)
    return true;
  if (errno == EEXIST) return false;
  // Any other error may be that of a file system, or a filter of system calls, without this
  // function. A second name is never given to what is there.
  if (repeat_interrupted(
          [&] { return linkat(fd_.get(), from.c_str(), fd_.get(), to.c_str(), 0); }) == 0) {
    repeat_interrupted(
        [&] { return unlinkat(fd_.get(), from.c_str(), 0); });  // what cannot go is a left-over
    return true;
  }
  if (errno == EEXIST) return false;
  // Without second names there is a moment between looking and moving.
  if (kind(to) != EntryKind::kNone) return false;
  rename(from, to);
  return true;
}

void Folder::remove_file(const std::string& name) const {
  if (repeat_interrupted([&] { return unlinkat(fd_.get(), name.c_str(), 0); }) != 0 &&
      errno != ENOENT) {
    throw system_error("cannot remove", (path_ / name).string(), errno);
  }
}

void Folder::remove_empty_folder(const std::string& name) const {
  if (repeat_interrupted([&] { return unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR); }) != 0 &&
      errno != ENOENT) {
    throw system_error("cannot remove the folder", (path_ / name).string(), errno);
  }
}

// A NUL would cut the name short on its way to the system, so that another file were opened than
// the one that was checked.
bool is_entry_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

std::size_t read_some(int fd, void* bytes, std::size_t size, const std::string& path) {
  const ssize_t count = repeat_interrupted([&] { return read(fd, bytes, size); });
  if (count < 0) throw system_error("cannot read", path, errno);
  return static_cast<std::size_t>(count);
}

namespace {
// A dot in front hides the name from `ls` and from loaders that list folders.
constexpr std::string_view kTemporaryStart = ".guidedmixup-";
// 64 bits: two processes that write to one folder do not meet by chance.
constexpr std::size_t kRandomDigits = 16;
}  // namespace

std::string temporary_name() {
  return std::string(kTemporaryStart) + hex16(random_number()) + std::string(kPartialSuffix);
}

bool is_temporary_name(std::string_view name) {
  if (!name.starts_with(kTemporaryStart) || !name.ends_with(kPartialSuffix)) return false;
  if (name.size() != kTemporaryStart.size() + kRandomDigits + kPartialSuffix.size()) return false;
  const std::string_view digits = name.substr(kTemporaryStart.size(), kRandomDigits);
  return digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace guidedmixup

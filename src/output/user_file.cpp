#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/user_file.hpp>

#include "files.hpp"
#include "output_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& file) {
  const fs::path folder = file.parent_path();
  return folder.empty() ? fs::path(".") : folder;
}

// A new file under a name that nobody has, gone again unless it is moved. Unlike mkstemp's it has
// the permissions that the user's files have.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& folder) {
    for (int number = 0; fd_.get() < 0; ++number) {
      path_ = folder / (".guidedmixup-" + std::to_string(getpid()) + "-" + std::to_string(number));
      path_ += kPartialSuffix;
      fd_ = FileDescriptor(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (fd_.get() < 0 && errno != EEXIST) {
        throw system_error("cannot write to the folder", folder.string(), errno);
      }
    }
  }
  ~TemporaryFile() {
    if (!moved_) unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view content, const fs::path& file) {
    write_all(fd_.get(), content, file);
    if (fsync(fd_.get()) != 0) throw system_error("cannot sync", file.string(), errno);
    close_or_throw(std::move(fd_), file);
  }
  void move_to(const fs::path& file, ExistingFile existing) {
    if (existing == ExistingFile::kReplace) {
      rename_or_throw(path_, file);
    } else if (!moved_without_replacing(path_, file)) {
      throw RunError("'" + printable(file.string()) +
                     "' has appeared in the meantime, and was not replaced");
    }
    moved_ = true;
  }

 private:
  fs::path path_;
  FileDescriptor fd_;
  bool moved_ = false;
};

}  // namespace

void write_user_file(const fs::path& file, std::string_view content, ExistingFile existing) {
  TemporaryFile temporary(folder_of(file));
  temporary.write(content, file);
  temporary.move_to(file, existing);
  sync_folder(folder_of(file));
}

void try_folder_of(const fs::path& file) { const TemporaryFile temporary(folder_of(file)); }

}  // namespace guidedmixup

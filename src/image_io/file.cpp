#include "file.hpp"

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {
namespace {

// Far above any image within sane limits: a disk image with a picture's name must not end the run
// for want of memory.
constexpr std::uint64_t kLargestFile = std::uint64_t{4} * 1024 * 1024 * 1024;

}  // namespace

namespace image_io {
namespace {

SampleError read_error(RejectCode code, std::string message, bool retry = false) {
  return {RejectStage::kRead, code, std::move(message), retry};
}

// The faults of one file are few. All else (EIO, ESTALE, ENOTCONN, ETIMEDOUT, ...) comes from the
// storage below it and would lose one sample after the other: the run ends and can be resumed.
SampleError refused(const std::string& path, int error_number) {
  const std::string words = std::generic_category().message(error_number);
  switch (error_number) {
    // Those that may have another answer later are marked for another try with --resume.
    case ENOENT:
    case ENOTDIR:
      return read_error(RejectCode::kMissing, "the file does not exist", true);
    case EACCES:
    case EPERM:
    case ELOOP:
    case EISDIR:
    case ENXIO:  // a socket
    case ENOKEY:
      return read_error(RejectCode::kUnreadable, "cannot read the file: " + words, true);
    case ENAMETOOLONG:
    case EINVAL:
    case EILSEQ:
    case EOVERFLOW:
      return read_error(RejectCode::kUnreadable, "cannot read the file: " + words);
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      throw system_error("out of system resources while reading", path, error_number);
    default:
      throw RunError(system_error("cannot read", path, error_number).what() +
                     std::string(" (the storage failed, not the image: check its disk or network "
                                 "share)"));
  }
}

}  // namespace

// -1 marks a file that was handed on, which is not to be closed twice.
InputFile::InputFile(InputFile&& other) noexcept
    : number_(std::exchange(other.number_, -1)),
      size_(other.size_),
      path_(std::move(other.path_)) {}

InputFile::~InputFile() {
  if (number_ >= 0) ::close(number_);
}

Result<InputFile> InputFile::open(const std::string& path) {
  // O_NONBLOCK: opening a named pipe must not wait for its writer.
  InputFile file(
      repeat_interrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }),
      path);
  if (file.number_ < 0) return refused(path, errno);
  struct stat status {};
  if (repeat_interrupted([&] { return ::fstat(file.number_, &status); }) != 0) {
    return refused(path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return read_error(
        RejectCode::kUnreadable,
        S_ISDIR(status.st_mode) ? "it is a folder, not a file" : "it is not a regular file", true);
  }
  // Files of /proc state no size either, and are no images.
  if (status.st_size == 0) return read_error(RejectCode::kEmpty, "the file is empty");
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

// Read and not mapped: a mapped file that another process cuts short ends this one by SIGBUS; a
// read just gives fewer bytes. By pread, so that a place in the file is no state of the descriptor.
std::optional<SampleError> InputFile::read_until(std::uint64_t count, ByteBuffer& bytes) const {
  std::size_t done = bytes.size();
  // The buffer's new bytes are not set before they are read into: see ByteBuffer.
  bytes.resize(count);
  while (done < count) {
    const ssize_t got = repeat_interrupted([&] {
      return ::pread(number_, bytes.data() + done, count - done, static_cast<off_t>(done));
    });
    if (got < 0) return refused(path_, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  if (bytes.empty()) return read_error(RejectCode::kEmpty, "the file is empty");
  return std::nullopt;
}

}  // namespace image_io

Result<ByteBuffer> read_file(const std::string& path) {
  const Result<image_io::InputFile> file = image_io::InputFile::open(path);
  if (!file) return file.error();
  // Asked of the open file and before memory is taken.
  if (file.value().size() > kLargestFile) {
    return image_io::read_error(RejectCode::kTooLarge, "the file is larger than 4 GiB");
  }
  ByteBuffer bytes;
  if (auto error = file.value().read_until(file.value().size(), bytes)) return *error;
  return bytes;
}

}  // namespace guidedmixup

#include "file.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {
namespace {

// Far above any image within sane limits: a disk image with a picture's name must not end the run
// for want of memory.
constexpr std::size_t kLargestFile = std::size_t{4} * 1024 * 1024 * 1024;

SampleError read_error(RejectCode code, std::string message) {
  return {RejectStage::kRead, code, std::move(message)};
}

// What the system refused: a fault of the file, or a shortage that would hit every other file too.
SampleError refused(const std::string& path, int error_number) {
  switch (error_number) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      throw system_error("out of system resources while reading", path, error_number);
    case ENOENT:
    case ENOTDIR:
      return read_error(RejectCode::kMissing, "there is no such file");
    default:
      return read_error(RejectCode::kUnreadable,
                        "cannot read the file: " + std::generic_category().message(error_number));
  }
}

class Descriptor {
 public:
  // O_NONBLOCK: opening a named pipe must not wait for its writer.
  explicit Descriptor(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

std::optional<SampleError> read_all(const Descriptor& file, const std::string& path,
                                    ByteBuffer& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refused(path, errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return std::nullopt;
}

}  // namespace

namespace image_io {

Result<ByteBuffer> read_file_start(const std::string& path, std::size_t count) {
  const Descriptor file(path);
  if (file.number() < 0) return refused(path, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return refused(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return read_error(RejectCode::kUnreadable, S_ISDIR(status.st_mode)
                                                   ? "it is a folder, not a file"
                                                   : "it is not a regular file");
  }
  ByteBuffer bytes(std::min(count, static_cast<std::size_t>(status.st_size)));
  if (auto error = read_all(file, path, bytes)) return *error;
  if (bytes.empty()) return read_error(RejectCode::kEmpty, "the file is empty");
  return bytes;
}

}  // namespace image_io

Result<ByteBuffer> read_file(const std::string& path) {
  auto bytes = image_io::read_file_start(path, kLargestFile);
  if (bytes && bytes.value().size() == kLargestFile) {
    return read_error(RejectCode::kTooLarge, "the file is larger than 4 GiB");
  }
  return bytes;
}

}  // namespace guidedmixup

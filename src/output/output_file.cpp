// Opens each folder on the way by itself, relative to the one above. A path that is opened as a
// whole would follow any link in its middle.
#include <array>
#include <cerrno>
#include <optional>
#include <streambuf>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_file.hpp>

#include "folder.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// The folder that holds the file, and the file's name in it.
struct Place {
  Folder folder;
  std::string name;
};

// Nothing when a folder on the way is not there.
std::optional<Place> place_of(const fs::path& output, const std::string& name) {
  Folder folder(output);
  std::size_t begin = 0;
  for (;;) {
    const std::size_t slash = name.find('/', begin);
    const std::string part = name.substr(begin, slash - begin);
    if (!is_entry_name(part)) {
      throw RunError("'" + printable(name) + "' is not the name of a file below '" +
                     printable(output.string()) + "'");
    }
    if (slash == std::string::npos) return Place{std::move(folder), part};
    if (folder.kind(part) == EntryKind::kNone) return std::nullopt;
    folder = folder.folder(part);
    begin = slash + 1;
  }
}

FileDescriptor open_output_file(const fs::path& output, const std::string& name) {
  const auto place = place_of(output, name);
  if (!place) throw system_error("cannot open", (output / name).string(), ENOENT);
  return place->folder.file(place->name, O_RDONLY);
}

// Of the open file: its name may lead to another one by now.
std::uint64_t size_of(int fd, const std::string& path) {
  struct stat status {};
  if (repeat_interrupted([&] { return fstat(fd, &status); }) != 0) {
    throw system_error("cannot look at", path, errno);
  }
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

// A stream's buffer over a descriptor. std::ifstream could only be opened by a path, and would
// report a failure to read as the end of the file.
class OutputFile::Buffer final : public std::streambuf {
 public:
  Buffer(FileDescriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  [[nodiscard]] int fd() const { return fd_.get(); }

 protected:
  int_type underflow() override {
    const std::size_t count = read_some(fd_.get(), bytes_.data(), bytes_.size(), path_);
    if (count == 0) return traits_type::eof();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + count);
    return traits_type::to_int_type(bytes_.front());
  }

 private:
  FileDescriptor fd_;
  std::string path_;
  std::array<char, 1 << 16> bytes_;
};

OutputFile::OutputFile(const fs::path& output, const std::string& name)
    : std::istream(nullptr),
      buffer_(std::make_unique<Buffer>(open_output_file(output, name), (output / name).string())),
      size_(size_of(buffer_->fd(), (output / name).string())) {
  rdbuf(buffer_.get());
  exceptions(std::ios::badbit);  // lets the buffer's own exceptions through
}

OutputFile::~OutputFile() = default;

bool has_output_file(const fs::path& output, const std::string& name) {
  const auto place = place_of(output, name);
  return place && place->folder.kind(place->name) != EntryKind::kNone;
}

ByteBuffer read_output_file(const fs::path& output, const std::string& name) {
  const FileDescriptor fd = open_output_file(output, name);
  const std::string path = (output / name).string();
  ByteBuffer bytes;
  bytes.resize(size_of(fd.get(), path) + 1);  // one more shows the end without growing
  std::size_t filled = 0;
  while (const std::size_t count =
             read_some(fd.get(), bytes.data() + filled, bytes.size() - filled, path)) {
    filled += count;
    if (filled == bytes.size()) bytes.resize(2 * bytes.size());
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace guidedmixup

#include "text_file.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup::dataset {
namespace {

constexpr off_t kFirstRead = 65536;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDIN_FILENO) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

int open_text(const std::string& file, std::string_view option) {
  const int number = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (number >= 0) return number;
  if (errno == ENOENT || errno == ENOTDIR) {
    throw UsageError(std::string(option) + " '" + printable(file) + "' does not exist");
  }
  throw system_error("cannot open " + std::string(option), printable(file), errno);
}

}  // namespace

std::string read_text(const std::string& file, std::string_view option, bool allow_standard_input) {
  const bool standard_input = allow_standard_input && file == "-";
  const Descriptor input(standard_input ? STDIN_FILENO : open_text(file, option));
  struct stat status {};
  std::string text;
  std::size_t used = 0;
  if (fstat(input.number(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      throw UsageError(std::string(option) + " '" + printable(file) +
                       "' is a folder: expected a file");
    }
    // One byte more, so that the end is found without a second, larger buffer.
    text.resize(static_cast<std::size_t>(std::max(status.st_size, kFirstRead)) + 1);
  }
  for (;;) {
    if (used == text.size()) text.resize(std::max<std::size_t>(kFirstRead, 2 * used));
    const ssize_t got = read(input.number(), text.data() + used, text.size() - used);
    if (got == 0) break;
    if (got > 0) {
      used += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      throw system_error("cannot read " + std::string(option), printable(file), errno);
    }
  }
  text.resize(used);
  return text;
}

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::string at_line(const std::string& file, std::size_t line) {
  // Appended, because g++ 12 warns without cause about `"text" + std::string()` here (-Wrestrict).
  std::string text = "'";
  text += printable(file);
  text += "', line ";
  text += std::to_string(line);
  return text;
}

bool Pieces::next(std::string_view& piece) {
  if (rest_.empty()) return false;
  const std::size_t end = std::min(rest_.find(separator_), rest_.size());
  piece = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (separator_ == '\n' && piece.ends_with('\r')) piece.remove_suffix(1);
  ++line_;
  return true;
}

}  // namespace guidedmixup::dataset

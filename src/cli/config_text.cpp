// What the TOML parser must not get: a file without end, and one that is nested so deeply that it
// overflows the stack. Both are found before it is called.
#include "config_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_folder.hpp>

namespace guidedmixup {
namespace {

// A configuration has a few dozen keys; only a wrong file is larger.
constexpr std::size_t kLargestConfig = std::size_t{1} << 20U;
constexpr int kDeepest = 16;

[[noreturn]] void fail(const std::string& file, const std::string& why) {
  throw UsageError("--config: cannot read '" + printable(file) + "': " + why +
                   "; expected a TOML file");
}

// Where the string ends that begins at `first`, behind its quotes: one or three of them.
std::size_t end_of_string(std::string_view toml, std::size_t first) {
  const char quote = toml[first];
  const std::string three(3, quote);
  const bool is_long = toml.substr(first).starts_with(three);
  const std::size_t length = is_long ? 3 : 1;
  std::size_t position = first + length;
  while (position < toml.size()) {
    if (toml.substr(position).starts_with(std::string_view(three).substr(0, length)))
      return position + length;
    if (!is_long && toml[position] == '\n') return position;  // the parser will complain
    position += quote == '"' && toml[position] == '\\' ? 2 : 1;
  }
  return toml.size();
}

}  // namespace

std::string read_config(const std::string& file) {
  const FileDescriptor fd(
      repeat_interrupted([&] { return open(file.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (fd.get() < 0) fail(file, std::generic_category().message(errno));
  struct stat status {};
  if (fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode)) fail(file, "it is a folder");
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() <= kLargestConfig) {
    const ssize_t count =
        repeat_interrupted([&] { return read(fd.get(), piece.data(), piece.size()); });
    if (count == 0) return text;
    if (count < 0) fail(file, std::generic_category().message(errno));
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  fail(file, "it is larger than 1 MiB");
}

// One pass over the bytes, which follows strings and comments and counts brackets and the dots of
// keys. It need not know more of TOML: what it misjudges in malformed text, the parser refuses.
int line_nested_too_deep(std::string_view toml) {
  int line = 1;
  int open = 0;   // tables and arrays
  int parts = 0;  // of the key, as far as it has come
  for (std::size_t position = 0; position < toml.size(); ++position) {
    switch (toml[position]) {
      case '"':
      case '\'': {
        const std::size_t end = end_of_string(toml, position);
        line += static_cast<int>(std::count(toml.begin() + static_cast<std::ptrdiff_t>(position),
                                            toml.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
        position = end - 1;
        continue;
      }
      case '#':
        position = std::min(toml.find('\n', position), toml.size()) - 1;
        continue;
      case '\n':
        ++line;
        parts = 0;
        continue;
      case '[':
      case '{':
        ++open;
        parts = 0;
        break;
      case ']':
      case '}':
        --open;
        continue;
      case '=':
      case ',':
        parts = 0;
        continue;
      // The dot of a number counts as well; one is far from 16.
      case '.':
        ++parts;
        break;
      default:
        continue;
    }
    if (open > kDeepest || parts > kDeepest) return line;
  }
  return 0;
}

}  // namespace guidedmixup

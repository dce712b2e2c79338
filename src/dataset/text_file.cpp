// Reading a text whole, then small functions on texts. It is read whole because the readers work
// with views of it, and because a list may come from a pipe, which has no size. `read_text` is at
// the end of the first half: `open_text`, `first_read` (what kind of file it is), then `read_some`
// until nothing comes.
#include "text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>

#include "rejects.hpp"

namespace guidedmixup::dataset {
namespace {

constexpr std::size_t kFirstRead = 65536;
// No list is larger that the plan could hold: an endless pipe ends here, not when memory does.
constexpr std::size_t kMostBytes = std::size_t{2} << 30;
// Long enough for `make_list > pipe & guidedmixup ...`, where the writer starts a little later.
// Without a limit, a pipe that nobody writes to would block for ever and without a word.
constexpr std::chrono::seconds kWaitForWriter{3};

// Owns an open file, but never closes the standard streams, which belong to the process.
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

// What is read, and how messages name it.
struct Source {
  int descriptor;
  bool awaits_writer;  ///< a pipe that nothing came from yet
  const std::string& file;
  std::string_view option;

  [[nodiscard]] std::string name() const {
    return std::string(option) + " '" + printable(file) + "'";
  }
};

int open_text(const std::string& file, std::string_view option) {
  // Without waiting, or the opening of a named pipe would last until somebody writes into it.
  const int number =
      repeat_interrupted([&] { return open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); });
  if (number >= 0) return number;
  if (errno == ENOENT || errno == ENOTDIR) {
    throw UsageError(std::string(option) + " '" + printable(file) + "' does not exist");
  }
  throw system_error("cannot open " + std::string(option), file, errno);
}

// A terminal and /dev/null are fine: the one has an end when the user says so, the other is one.
bool is_endless_device(const struct stat& status, int descriptor) {
  // A disk is no text, and /dev/zero has no end.
  if (S_ISBLK(status.st_mode)) return true;
  struct stat null {};
  const bool is_null = stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev;
  return S_ISCHR(status.st_mode) && !is_null && isatty(descriptor) == 0;
}

// How much to read at first: all of a regular file, and one byte more, so that its end is found
// without a second, larger buffer.
std::size_t first_read(Source& source) {
  struct stat status {};
  if (repeat_interrupted([&] { return fstat(source.descriptor, &status); }) != 0) return kFirstRead;
  source.awaits_writer = S_ISFIFO(status.st_mode);
  if (S_ISDIR(status.st_mode)) {
    throw UsageError(source.name() + " is a folder: expected a file");
  }
  if (is_endless_device(status, source.descriptor)) {
    throw UsageError(source.name() + " is a device: expected a file or a pipe");
  }
  return std::max(static_cast<std::size_t>(status.st_size), kFirstRead) + 1;
}

// False while a named pipe has no writer yet, which is waited for until `wait_until`.
bool is_at_end(const Source& source, std::chrono::steady_clock::time_point wait_until) {
  if (!source.awaits_writer) return true;
  pollfd event{source.descriptor, POLLIN, 0};
  // A pipe that had a writer says that it is hung up; one that never had any says nothing.
  if (poll(&event, 1, 50) > 0) return (event.revents & POLLIN) == 0;
  if (std::chrono::steady_clock::now() < wait_until) return false;
  throw UsageError(source.name() + " is a pipe that no process writes to");
}

// Reads some bytes, none only at the end. A writer that is there may take as long as it likes.
std::size_t read_some(const Source& source, char* to, std::size_t size,
                      std::chrono::steady_clock::time_point wait_until) {
  for (;;) {
    const ssize_t got = read(source.descriptor, to, size);
    if (got > 0) return static_cast<std::size_t>(got);
    // Since the descriptor does not block, 0 has two meanings for a pipe: all writers are gone, or
    // none has come yet.
    if (got == 0) {
      if (is_at_end(source, wait_until)) return 0;
    } else if (errno == EAGAIN) {
      pollfd event{source.descriptor, POLLIN, 0};
      // A writer exists and has nothing to say at the moment. `find` over a large disk may take
      // hours.
      poll(&event, 1, -1);
    } else if (errno != EINTR) {
      throw system_error("cannot read " + std::string(source.option), source.file, errno);
    }
  }
}

}  // namespace

std::string read_text(const std::string& file, std::string_view option, bool allow_standard_input) {
  const bool standard_input = allow_standard_input && file == "-";
  const Descriptor input(standard_input ? STDIN_FILENO : open_text(file, option));
  Source source{input.number(), false, file, option};
  const auto wait_until = std::chrono::steady_clock::now() + kWaitForWriter;
  std::string text;
  std::size_t used = 0;
  // Doubled whenever it is full: a pipe does not tell its length. The size is checked before the
  // buffer grows, so that a huge file is refused without asking for its memory.
  for (std::size_t size = first_read(source);; size = std::min(2 * used, kMostBytes + 1)) {
    if (std::max(used, size - 1) > kMostBytes) {
      throw UsageError(source.name() + " is larger than 2 GiB: expected a list");
    }
    text.resize(size);
    while (used < size) {
      const std::size_t got = read_some(source, text.data() + used, size - used, wait_until);
      if (got == 0) {
        text.resize(used);
        return text;
      }
      used += got;
      source.awaits_writer = false;
    }
  }
}

std::string_view as_utf8(std::string_view text, const std::string& file, std::string_view option) {
  // Without a byte-order mark, UTF-16 is recognised by its ASCII characters, one byte of which is
  // 0.
  const auto nul = [&](std::size_t i) { return text[i] == '\0'; };
  const bool is_utf16 =
      text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
      (text.size() >= 4 && nul(0) == nul(2) && nul(1) == nul(3) && nul(0) != nul(1));
  if (is_utf16) {
    throw UsageError(std::string(option) + " '" + printable(file) +
                     "' is UTF-16: expected UTF-8; iconv -f UTF-16 -t UTF-8 converts it");
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::string_view without_end_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 200;
  if (text.size() <= kMost) return printable(text);
  // Not in the middle of a UTF-8 sequence, or the first half would be printed as malformed bytes.
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return printable(text.substr(0, end)) + "...";
}

void CutBlanks::count(std::string_view before, std::string_view after, std::size_t line) {
  if (after.empty() || before.size() == after.size()) return;
  if (count_++ == 0) first_line_ = line;
}

void CutBlanks::add_note(const std::string& file, std::vector<std::string>& notes) const {
  if (count_ == 0) return;
  notes.push_back("stripped leading and trailing blanks from " + counted(count_, "class name") +
                  "; the first is at " + at_line(file, first_line_));
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

// Two streams with two rules. Standard output carries data: bytes pass as they are, and a failure
// ends the program. Standard error carries text for people: it is escaped, and a failure is
// ignored, because there is nobody left to tell.
#include "terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "process.hpp"

namespace guidedmixup {

int terminal_columns(int fd) {
  // Before the terminal's own answer, so that a user or a test can set the width of any output.
  const std::string text = environment("COLUMNS");
  int columns = 0;
  std::from_chars(text.data(), text.data() + text.size(), columns);
  if (columns > 0) return columns;
  winsize size{};
  if (isatty(fd) != 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool is_capable_terminal(int fd) { return isatty(fd) != 0 && environment("TERM") != "dumb"; }

void print_out(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// A script that reads the path needs its true bytes; a terminal must not obey what they contain.
void print_path(const std::string& path) {
  print_out((isatty(STDOUT_FILENO) != 0 ? printable(path) : path) + "\n");
}

void print_error(std::string_view text) { draw_error(printable_lines(text)); }

void draw_error(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  // At once, since a bar has no newline, and because the program may end by a signal.
  std::fflush(stderr);
}

void flush_output(std::string_view done) {
  // A buffer that was full may have failed before; the reason of then is lost.
  const bool failed_before = std::ferror(stdout) != 0;
  const int error_number = std::fflush(stdout) != 0 ? errno : 0;
  if (!failed_before && error_number == 0) return;
  const std::string what =
      (done.empty() ? "" : std::string(done) + ", but its path could not be printed: ") +
      "cannot write to";
  // EIO stands for the reason that is lost.
  throw system_error(what, "standard output", error_number == 0 ? EIO : error_number);
}

std::string wrap_text(std::string_view text, int columns, int indent) {
  // Counted in bytes: help and tables are ASCII. On a terminal narrower than the indent, lines of
  // 16 characters are better than none.
  const auto width = static_cast<std::size_t>(std::max(columns - indent, 16));
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::string wrapped;
  while (true) {
    const std::string_view paragraph = text.substr(0, text.find('\n'));
    std::string_view rest = paragraph;
    do {
      std::string_view line = rest.substr(0, width);
      if (rest.size() > width) {
        const std::size_t blank = rest.rfind(' ', width);
        if (blank != std::string_view::npos && blank > 0) line = rest.substr(0, blank);
      }
      wrapped += margin;
      wrapped += line;
      wrapped += '\n';
      rest.remove_prefix(line.size());
      while (rest.starts_with(' ')) rest.remove_prefix(1);
    } while (!rest.empty());
    if (paragraph.size() == text.size()) return wrapped;
    text.remove_prefix(paragraph.size() + 1);
  }
}

}  // namespace guidedmixup

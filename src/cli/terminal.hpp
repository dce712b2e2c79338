/// What standard output and standard error are connected to, and writing to them.
#pragma once

#include <string>
#include <string_view>

namespace guidedmixup {

/// Columns of the terminal on `fd`; 80 when it is none. COLUMNS has the last word.
[[nodiscard]] int terminal_columns(int fd);

/// A terminal that understands carriage returns (TERM is not dumb).
[[nodiscard]] bool is_capable_terminal(int fd);

/// Writes data to standard output as it is, to be seen by `flush_output` when it fails.
void print_out(std::string_view text);

/// Writes a line with a path to standard output: its bytes, or to a terminal what can be shown.
void print_path(const std::string& path);

/// Writes lines of text to standard error in one piece. The last gate before a terminal: whatever
/// passed a message unescaped is escaped here, but for newlines.
void print_error(std::string_view text);

/// Writes text with our own control characters to standard error.
void draw_error(std::string_view text);

/// Flushes standard output. Throws RunError when something could not be written, that says what is
/// done all the same ("the output is complete"), if anything.
void flush_output(std::string_view done = "");

/// Breaks `text` at blanks so that no line is longer than `columns`, each line after `indent`
/// blanks. Line breaks in the text stay.
[[nodiscard]] std::string wrap_text(std::string_view text, int columns, int indent);

}  // namespace guidedmixup

/// What standard output and standard error are connected to, and writing to them.
#pragma once

#include <string>
#include <string_view>

namespace guidedmixup {

/// Columns of the terminal on `fd`; 80 when it is none. COLUMNS has the last word.
[[nodiscard]] int terminal_columns(int fd);

/// A terminal that understands carriage returns (TERM is not dumb).
[[nodiscard]] bool is_capable_terminal(int fd);

/// Writes text to standard output (data) or standard error (all else), in one piece.
void print_out(std::string_view text);
void print_error(std::string_view text);

/// Flushes standard output. Throws RunError when something could not be written.
void flush_output();

/// Breaks `text` at blanks so that no line is longer than `columns`, each line after `indent`
/// blanks. Line breaks in the text stay.
[[nodiscard]] std::string wrap_text(std::string_view text, int columns, int indent);

}  // namespace guidedmixup

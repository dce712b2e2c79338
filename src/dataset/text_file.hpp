// Lists and label files as text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guidedmixup::dataset {

/// The whole content of a file or pipe; "-" is standard input where `allow_standard_input` says so.
/// `option` names the option in messages. Throws UsageError when there is no such file, when it is
/// a folder or a device, when it has more than 2 GiB and when nobody writes into a named pipe for
/// three seconds; RunError when it cannot be read.
[[nodiscard]] std::string read_text(const std::string& file, std::string_view option,
                                    bool allow_standard_input = false);

/// `text` without the byte-order mark that some editors put before UTF-8. Throws UsageError when it
/// is UTF-16.
[[nodiscard]] std::string_view as_utf8(std::string_view text, const std::string& file,
                                       std::string_view option);

/// `text` without spaces and tabs at its ends.
[[nodiscard]] std::string_view without_end_blanks(std::string_view text);

/// Printable, and cut where it is too long for a message.
[[nodiscard]] std::string shown(std::string_view text);

/// The longest path that a system call takes.
inline constexpr std::size_t kLongestPath = 4095;

/// "'FILE', line N" for messages.
[[nodiscard]] std::string at_line(const std::string& file, std::size_t line);

/// Counts the texts of a file whose blanks were cut, for one note about all of them.
class CutBlanks {
 public:
  void count(std::string_view before, std::string_view after, std::size_t line);
  void add_note(const std::string& file, std::vector<std::string>& notes) const;

 private:
  std::size_t count_ = 0;
  std::size_t first_line_ = 0;
};

/// Goes through a text piece by piece: what stands before each separator, and a rest without one.
class Pieces {
 public:
  Pieces(std::string_view text, char separator) : rest_(text), separator_(separator) {}

  /// False at the end. A newline takes a carriage return before it along.
  bool next(std::string_view& piece);
  /// The number of the piece that `next` gave last, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::string_view rest_;
  char separator_;
  std::size_t line_ = 0;
};

}  // namespace guidedmixup::dataset

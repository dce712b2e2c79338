// Lists and label files as text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace guidedmixup::dataset {

/// The whole content of the file; "-" is standard input where `allow_standard_input` says so.
/// `option` names the option in messages. Throws UsageError when there is no such file, RunError
/// when it cannot be read.
[[nodiscard]] std::string read_text(const std::string& file, std::string_view option,
                                    bool allow_standard_input = false);

/// `text` without the byte-order mark that some editors put before UTF-8.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

/// "'FILE', line N" for messages.
[[nodiscard]] std::string at_line(const std::string& file, std::size_t line);

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

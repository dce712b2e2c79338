// Reads label files with columns (.csv and .tsv).
#include <algorithm>
#include <string>
#include <utility>

#include <guidedmixup/core/text.hpp>

#include "label_file.hpp"

namespace guidedmixup::dataset {
namespace {

// Splits a text into records as RFC 4180 does, with any separator. More lenient in one respect: a
// quote inside an unquoted field stands for itself, as file names written by simple scripts need.
// Between calls `position_` is the beginning of a line that no record has used.
class RecordReader {
 public:
  RecordReader(std::string_view text, char separator, const LabelRows& rows)
      : text_(text), separator_(separator), rows_(rows) {}

  // The next record that is not an empty line; false at the end.
  bool next(std::vector<std::string>& fields) {
    while (position_ < text_.size()) {
      fields.clear();
      record_line_ = line_;
      record_begin_ = position_;
      do {
        fields.push_back(peek() == '"' ? quoted() : plain());
      } while (skip_separator());
      skip_line_end();
      if (fields.size() > 1 || !fields[0].empty()) return true;
    }
    return false;
  }

  // The line on which the record begins, from 1.
  [[nodiscard]] std::size_t line() const { return record_line_; }

 private:
  // The end of the text reads as a newline, so that a last line without one needs no special case.
  [[nodiscard]] char peek() const { return position_ < text_.size() ? text_[position_] : '\n'; }

  std::string plain() {
    std::size_t end = position_;
    while (end < text_.size() && text_[end] != separator_ && text_[end] != '\n') ++end;
    std::string field(text_.substr(position_, end - position_));
    position_ = end;
    refuse_long_row();
    // Files from Windows. A carriage return elsewhere belongs to the field.
    if (peek() == '\n' && field.ends_with('\r')) field.pop_back();
    return field;
  }

  std::string quoted() {
    std::string field;
    for (++position_;; ++position_) {
      if (position_ == text_.size()) rows_.fail(record_line_, "a quote is never closed");
      if (text_[position_] == '"') {
        ++position_;
        if (peek() != '"') break;
      }
      refuse_long_row();
      // A quoted field may span lines; messages count the lines of the file, not the records.
      if (text_[position_] == '\n') ++line_;
      field += text_[position_];
    }
    // A carriage return after the closing quote is half of a line end, and nothing else.
    const bool line_must_end = peek() == '\r';
    if (line_must_end) ++position_;
    if (peek() != '\n' && (line_must_end || peek() != separator_)) {
      rows_.fail(line_, "there is text after a closing quote (double a quote inside quotes)");
    }
    return field;
  }

  // A quote that is never closed would otherwise take the rest of the file as one field, and the
  // message would name the last line instead of the one with the quote.
  void refuse_long_row() const {
    if (position_ - record_begin_ <= kLongestRow) return;
    rows_.fail(record_line_, "the row is longer than 16 MiB; is a closing quote missing?");
  }

  bool skip_separator() {
    if (peek() != separator_) return false;
    ++position_;
    return true;
  }

  void skip_line_end() {
    if (position_ == text_.size()) return;
    ++position_;
    ++line_;
  }

  std::string_view text_;
  char separator_;
  const LabelRows& rows_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t record_line_ = 1;
  std::size_t record_begin_ = 0;
};

// For the message about a wrong header. Ten names are enough: a file of features may have thousands
// of columns.
std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    text += (i == 0 ? "'" : ", '") + shown(names[i]) + "'";
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

std::size_t column(const std::vector<std::string>& header, const char* name, std::size_t line,
                   const LabelRows& rows) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end() || std::find(found + 1, header.end(), name) != header.end()) {
    rows.fail(line, "expected a header with one column 'path' and one column 'label', found " +
                        joined(header));
  }
  return static_cast<std::size_t>(found - header.begin());
}

}  // namespace

void read_label_columns(std::string_view text, char separator, LabelRows& rows) {
  RecordReader records(text, separator, rows);
  std::vector<std::string> fields;
  if (!records.next(fields)) return;
  // "path, label" is how people write a header by hand.
  for (std::string& name : fields) name = without_end_blanks(name);
  const std::size_t width = fields.size();
  const std::size_t path = column(fields, "path", records.line(), rows);
  const std::size_t label = column(fields, "label", records.line(), rows);
  while (records.next(fields)) {
    // An unquoted separator in a path would otherwise shift another column into the label.
    if (fields.size() != width) {
      rows.fail(records.line(), "expected " + std::to_string(width) + " columns, found " +
                                    std::to_string(fields.size()) +
                                    " (a path with a separator needs quotes)");
    }
    rows.add(fields[path], fields[label], records.line());
  }
}

}  // namespace guidedmixup::dataset

#include "label_file.hpp"

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "text_file.hpp"

namespace guidedmixup::dataset {

// The label's number is that of its mention. Its class index is known only after the last row, when
// all names can be sorted.
void LabelRows::add(std::string_view path, std::string_view label, std::size_t line) {
  if (path.empty()) fail(line, "the path is empty");
  if (path.size() > kLongestPath)
    fail(line, "the path has " + std::to_string(path.size()) + " bytes: expected at most 4095");
  const std::string_view name = without_end_blanks(label);
  if (name.empty()) fail(line, "the label of '" + shown(path) + "' is empty");
  cut_blanks_.count(label, name, line);
  if (path.find('\0') != std::string_view::npos) fail(line, "the path contains a NUL byte");
  const int number = labels_.add(name, [&] { return at_line(file_, line); });
  rows_.push_back({std::string(path), number, line});
}

void LabelRows::fail(std::size_t line, const std::string& what) const {
  throw UsageError("--labels " + at_line(file_, line) + ": " + what);
}

LabelRows read_label_file(const std::string& file) {
  const std::string extension = file_extension(file);
  const bool is_json = extension == "jsonl" || extension == "ndjson";
  // The extension decides, never the content: the first field of a csv file may begin with a brace.
  if (!is_json && extension != "csv" && extension != "tsv") {
    throw UsageError("--labels '" + printable(file) +
                     "' has no known extension: expected .csv, .tsv or .jsonl");
  }
  const std::string content = read_text(file, "--labels");
  const std::string_view text = as_utf8(content, file, "--labels");
  LabelRows rows(file);
  if (is_json) {
    read_label_json(text, rows);
  } else {
    read_label_columns(text, extension == "csv" ? ',' : '\t', rows);
  }
  if (rows.rows().empty()) {
    throw UsageError("--labels '" + printable(file) +
                     "' has no rows: expected a path and a label "
                     "for each image");
  }
  return rows;
}

}  // namespace guidedmixup::dataset

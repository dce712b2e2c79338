// The rows of a label file as they stand there: csv, tsv or json lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "classes.hpp"
#include "text_file.hpp"

namespace guidedmixup::dataset {

/// A longer row is no row: most often a quote that is never closed.
inline constexpr std::size_t kLongestRow = std::size_t{16} << 20;

struct LabelRow {
  std::string path;
  int label = 0;         ///< which mention, later which class
  std::size_t line = 0;  ///< where the row begins
};

/// Gathers rows while a reader goes through the text.
class LabelRows {
 public:
  explicit LabelRows(std::string file) : file_(std::move(file)) {}

  /// Cuts blanks at the ends of the label. Throws UsageError for an empty path or label, for a path
  /// with a NUL byte and for one that no file can have.
  void add(std::string_view path, std::string_view label, std::size_t line);
  /// Throws UsageError about this line.
  [[noreturn]] void fail(std::size_t line, const std::string& what) const;

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] std::vector<LabelRow>& rows() { return rows_; }
  [[nodiscard]] const ClassMentions& labels() const { return labels_; }
  [[nodiscard]] const CutBlanks& cut_blanks() const { return cut_blanks_; }

 private:
  std::string file_;
  std::vector<LabelRow> rows_;
  ClassMentions labels_;
  CutBlanks cut_blanks_;
};

/// Reads the file in the form that its extension names. Throws UsageError for another extension, a
/// malformed file and one without rows.
[[nodiscard]] LabelRows read_label_file(const std::string& file);

/// Comma- or tab-separated text with the quotes of RFC 4180 and a header.
void read_label_columns(std::string_view text, char separator, LabelRows& rows);

/// One JSON object {"path": ..., "label": ...} a line.
void read_label_json(std::string_view text, LabelRows& rows);

}  // namespace guidedmixup::dataset

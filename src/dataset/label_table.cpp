#include "label_table.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "text_file.hpp"

namespace guidedmixup::dataset {

LabelTable::LabelTable(const std::string& file, const std::optional<std::string>& classes_file,
                       const PathBase& base) {
  // In this order: classes need all labels, contradictions need normal paths and class indices
  // ("cat" and "0" may be the same class).
  LabelRows read = read_label_file(file);
  classes_ = order_classes(read.labels(), classes_file, MentionKind::kNameOrIndex);
  read.cut_blanks().add_note(file, classes_.notes);
  rows_ = std::move(read.rows());
  for (LabelRow& row : rows_) {
    row.path = base.relative(row.path);
    row.label = classes_.of_mention[static_cast<std::size_t>(row.label)];
  }
  // By line within a path, so that a contradiction names the two lines in the order of the file.
  std::sort(rows_.begin(), rows_.end(), [](const LabelRow& a, const LabelRow& b) {
    return std::tie(a.path, a.line) < std::tie(b.path, b.line);
  });
  refuse_contradictions(file);
  const auto same_path = [](const LabelRow& a, const LabelRow& b) { return a.path == b.path; };
  rows_.erase(std::unique(rows_.begin(), rows_.end(), same_path), rows_.end());
  taken_.resize(rows_.size());
}

// Which of the two labels is right, only the user knows. Rows that agree are harmless: lists joined
// from several files often repeat them.
void LabelTable::refuse_contradictions(const std::string& file) {
  const auto found = std::adjacent_find(
      rows_.begin(), rows_.end(),
      [](const LabelRow& a, const LabelRow& b) { return a.path == b.path && a.label != b.label; });
  if (found == rows_.end()) return;
  const LabelRow& other = *(found + 1);
  const auto name = [&](const LabelRow& row) {
    return printable(classes_.names[static_cast<std::size_t>(row.label)]);
  };
  throw UsageError("--labels '" + printable(file) + "' gives '" + printable(found->path) +
                   "' two labels: '" + name(*found) + "' in line " + std::to_string(found->line) +
                   " and '" + name(other) + "' in line " + std::to_string(other.line) +
                   "; an image can have only one");
}

int LabelTable::take(std::string_view path) {
  const auto row =
      std::lower_bound(rows_.begin(), rows_.end(), path,
                       [](const LabelRow& a, std::string_view wanted) { return a.path < wanted; });
  if (row == rows_.end() || row->path != path) return kNoClass;
  taken_[static_cast<std::size_t>(row - rows_.begin())] = true;
  return row->label;
}

std::vector<std::string> LabelTable::untaken() const {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!taken_[i]) paths.push_back(rows_[i].path);
  }
  return paths;
}

}  // namespace guidedmixup::dataset

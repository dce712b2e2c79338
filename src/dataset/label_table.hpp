// Which class a label file gives to which path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classes.hpp"
#include "label_file.hpp"
#include "paths.hpp"

namespace guidedmixup::dataset {

inline constexpr int kNoClass = -1;

class LabelTable {
 public:
  /// Reads the file; relative paths in it start at `base`. Throws UsageError for a malformed file,
  /// an unknown class and a path with two different labels.
  LabelTable(const std::string& file, const std::optional<std::string>& classes_file,
             const PathBase& base);

  [[nodiscard]] const Classes& classes() const { return classes_; }
  /// The class index of the path (normal, relative to the base) or kNoClass; its row is then taken.
  int take(std::string_view path);
  /// The paths of the rows that nobody took, sorted by bytes.
  [[nodiscard]] std::vector<std::string> untaken() const;
  /// A row's path, for messages.
  [[nodiscard]] const std::string& example() const { return rows_.front().path; }

 private:
  void refuse_contradictions(const std::string& file);

  std::vector<LabelRow> rows_;  // sorted by path, each path once: a third of the memory of a map
  std::vector<bool> taken_;
  Classes classes_;
};

}  // namespace guidedmixup::dataset

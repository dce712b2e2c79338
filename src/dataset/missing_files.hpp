// Files that a list or a label file names and that are not there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup::dataset {

/// Makes their rejects, and looks what lies there under nearly the same path: with '/' for '\',
/// without blanks at its end, in other case or in another form of Unicode.
class MissingFiles {
 public:
  /// `source` is what names them: "the list" or "the label file".
  MissingFiles(std::string root, std::string source);

  [[nodiscard]] const std::string& root() const { return root_; }
  /// For a path, relative to the root, whose status gave this error. Throws RunError for an error
  /// that is not of this path alone.
  [[nodiscard]] ListingReject reject(const std::string& path, int error_number);
  /// The first of them that has a likely other spelling.
  [[nodiscard]] const std::optional<std::string>& note() const { return note_; }

 private:
  std::string root_;
  std::string source_;
  int looked_for_ = 0;
  std::optional<std::string> note_;
};

}  // namespace guidedmixup::dataset

/// Parameters of the parts that a method is made of: what a part offers, and what was chosen.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace guidedmixup {

/// A file that a part reads. Plan and manifest hold its name and digest, never its path, so two are
/// equal when their content is.
struct ParameterFile {
  std::string path;    ///< as it was typed; empty when nobody said where it is
  std::string name;    ///< the last part of the path
  std::string digest;  ///< "xxh3:" and 16 hexadecimal digits of the content
  friend bool operator==(const ParameterFile& a, const ParameterFile& b) {
    return a.digest == b.digest;
  }
};

/// A choice by name, a whole number, a float32, a list of float32, or a file.
using ParameterValue = std::variant<std::string, int, float, std::vector<float>, ParameterFile>;

/// The value as a user would type it. Numbers of a list are joined by '+'.
[[nodiscard]] std::string to_text(const ParameterValue& value);

/// One parameter that a part offers. The type of `default_value` is the parameter's type.
struct ParameterInfo {
  std::string name;
  std::string summary;
  ParameterValue default_value;
  std::vector<std::string> choices = {};  ///< for names
  double minimum = 0.0;                   ///< for numbers, each of a list
  double maximum = std::numeric_limits<float>::max();
  std::size_t count = 0;       ///< for lists: how many numbers; 0: any number of at least one
  bool odd = false;            ///< for whole numbers: only odd ones
  bool above_minimum = false;  ///< the minimum itself is not allowed
};

/// Reads `text` as a value of `info`. A file is opened and read, so that a run does not find out
/// later that it is not there. Throws UsageError that names `owner`, the parameter, what is allowed
/// and what was found.
[[nodiscard]] ParameterValue parse_parameter(std::string_view owner, const ParameterInfo& info,
                                             std::string_view text);

/// Whether a value is one that `info` allows: of its kind, and in its range.
[[nodiscard]] bool is_allowed(const ParameterInfo& info, const ParameterValue& value);

/// What `info` allows, in words: "an odd whole number of at least 1 and at most 255".
[[nodiscard]] std::string allowed_values(const ParameterInfo& info);

/// The chosen values of one part, in the order in which the part offers them.
class ParameterValues {
 public:
  ParameterValues() = default;
  /// All defaults.
  explicit ParameterValues(const std::vector<ParameterInfo>& infos);

  /// Replaces the value of a parameter that exists.
  void set(std::string_view name, ParameterValue value);

  [[nodiscard]] const std::string& choice(std::string_view name) const;
  [[nodiscard]] int integer(std::string_view name) const;
  [[nodiscard]] float real(std::string_view name) const;
  [[nodiscard]] const std::vector<float>& reals(std::string_view name) const;
  [[nodiscard]] const ParameterFile& file(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, ParameterValue>>& items() const {
    return items_;
  }
  friend bool operator==(const ParameterValues&, const ParameterValues&) = default;

 private:
  [[nodiscard]] const ParameterValue& find(std::string_view name) const;

  std::vector<std::pair<std::string, ParameterValue>> items_;
};

}  // namespace guidedmixup

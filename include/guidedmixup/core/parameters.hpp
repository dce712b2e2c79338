/// Parameters of the parts that a method is made of: what a part offers, and what was chosen.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace guidedmixup {

/// A choice by name, a whole number, or a float32.
using ParameterValue = std::variant<std::string, int, float>;

/// The value as a user would type it.
[[nodiscard]] std::string to_text(const ParameterValue& value);

/// One parameter that a part offers. The type of `default_value` is the parameter's type.
struct ParameterInfo {
  std::string name;
  std::string summary;
  ParameterValue default_value;
  std::vector<std::string> choices = {};  ///< for names
  double minimum = 0.0;                   ///< for numbers
  double maximum = std::numeric_limits<float>::max();
  bool odd = false;            ///< for whole numbers: only odd ones
  bool above_minimum = false;  ///< the minimum itself is not allowed
};

/// Reads `text` as a value of `info`. Throws UsageError that names `owner`, the parameter, what is
/// allowed and what was found.
[[nodiscard]] ParameterValue parse_parameter(std::string_view owner, const ParameterInfo& info,
                                             std::string_view text);

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
  [[nodiscard]] const std::vector<std::pair<std::string, ParameterValue>>& items() const {
    return items_;
  }
  friend bool operator==(const ParameterValues&, const ParameterValues&) = default;

 private:
  [[nodiscard]] const ParameterValue& find(std::string_view name) const;

  std::vector<std::pair<std::string, ParameterValue>> items_;
};

/// What every registered part says of itself.
struct PartInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view paper = "";
  std::vector<ParameterInfo> parameters = {};
};

}  // namespace guidedmixup

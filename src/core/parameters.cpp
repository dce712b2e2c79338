#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup {
namespace {

// By from_chars, which knows no locale: "0.5" is the same number everywhere. The whole text must be
// the number.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// The second half of the error message, from the same facts that are checked.
std::string allowed(const ParameterInfo& info) {
  if (std::holds_alternative<std::string>(info.default_value)) {
    return "one of " + join(info.choices);
  }
  const bool whole = std::holds_alternative<int>(info.default_value);
  const std::string kind =
      whole ? (info.odd ? "an odd whole number" : "a whole number") : "a number";
  const auto bound = [&](double value) {
    return whole ? std::to_string(static_cast<int>(value)) : float_text(static_cast<float>(value));
  };
  std::string text =
      kind + (info.above_minimum ? " above " : " of at least ") + bound(info.minimum);
  if (info.maximum < std::numeric_limits<float>::max())
    text += " and at most " + bound(info.maximum);
  return text;
}

// In double, which holds every int and every float32 exactly.
bool in_range(const ParameterInfo& info, double value) {
  if (!std::isfinite(value) || value > info.maximum) return false;
  return info.above_minimum ? value > info.minimum : value >= info.minimum;
}

}  // namespace

std::string to_text(const ParameterValue& value) {
  if (const auto* name = std::get_if<std::string>(&value)) return *name;
  if (const auto* number = std::get_if<int>(&value)) return std::to_string(*number);
  return float_text(std::get<float>(value));
}

// The type of the default decides how a text is read, so that "1" for a real parameter is 1.0, and
// is written back as such.
ParameterValue parse_parameter(std::string_view owner, const ParameterInfo& info,
                               std::string_view text) {
  if (std::holds_alternative<std::string>(info.default_value)) {
    if (std::find(info.choices.begin(), info.choices.end(), text) != info.choices.end()) {
      return std::string(text);
    }
  } else if (std::holds_alternative<int>(info.default_value)) {
    const auto number = parse_number<int>(text);
    if (number && in_range(info, *number) && (!info.odd || *number % 2 == 1)) return *number;
  } else {
    const auto number = parse_number<float>(text);
    if (number && in_range(info, *number)) return *number;
  }
  throw UsageError(std::string(owner) + ": " + info.name + " must be " + allowed(info) +
                   ", found '" + printable(text) + "'");
}

ParameterValues::ParameterValues(const std::vector<ParameterInfo>& infos) {
  for (const ParameterInfo& info : infos) items_.emplace_back(info.name, info.default_value);
}

void ParameterValues::set(std::string_view name, ParameterValue value) {
  for (auto& [key, current] : items_) {
    if (key != name) continue;
    current = std::move(value);
    return;
  }
}

// A part asks only for parameters that it offers, so another name is a mistake of ours. Searched in
// order: a part has a handful.
const ParameterValue& ParameterValues::find(std::string_view name) const {
  const auto item = std::find_if(items_.begin(), items_.end(),
                                 [&](const auto& candidate) { return candidate.first == name; });
  GUIDEDMIXUP_CHECK(item != items_.end(), ==, true);
  return item->second;
}

const std::string& ParameterValues::choice(std::string_view name) const {
  return std::get<std::string>(find(name));
}
int ParameterValues::integer(std::string_view name) const { return std::get<int>(find(name)); }
float ParameterValues::real(std::string_view name) const { return std::get<float>(find(name)); }

}  // namespace guidedmixup

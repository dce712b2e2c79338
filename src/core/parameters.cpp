// Values of parameters: from a text to a value of the parameter's kind and back, and whether it is
// allowed. One code for the command line and for manifests.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

#include <guidedmixup/core/checksum.hpp>
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

// In double, which holds every int and every float32 exactly.
bool in_range(const ParameterInfo& info, double value) {
  if (!std::isfinite(value) || value > info.maximum) return false;
  return info.above_minimum ? value > info.minimum : value >= info.minimum;
}

// Joined by "+", because in the text of a method a comma ends the parameter.
std::optional<std::vector<float>> parse_list(std::string_view text) {
  std::vector<float> values;
  for (;;) {
    const std::size_t end = text.find('+');
    const auto value = parse_number<float>(text.substr(0, end));
    if (!value) return std::nullopt;
    values.push_back(*value);
    if (end == std::string_view::npos) return values;
    text.remove_prefix(end + 1);
  }
}

std::string list_text(const ParameterInfo& info) {
  return (info.count > 0 ? std::to_string(info.count) + " " : "") + "numbers joined by '+'";
}

// Read at once: the digest is part of the run's identity, which is written before anything else. A
// file that cannot be read is a wrong option, not a failure in the middle of a run.
ParameterFile open_file(const std::string& owner, const ParameterInfo& info,
                        const std::string& path) {
  try {
    return {.path = path,
            .name = std::filesystem::path(path).filename().string(),
            .digest = file_digest(path)};
  } catch (const RunError& error) {
    throw UsageError(owner + ": cannot read the file of " + info.name + ", '" + printable(path) +
                     "': " + error.what());
  }
}

// By the kind of the default value: nothing when the text is of another kind.
struct ReadText {
  std::string_view text;

  std::optional<ParameterValue> operator()(const std::string& /*kind*/) const {
    return std::string(text);
  }
  template <typename Number>
  std::optional<ParameterValue> operator()(const Number& /*kind*/) const {
    return parse_number<Number>(text);
  }
  std::optional<ParameterValue> operator()(const std::vector<float>& /*kind*/) const {
    return parse_list(text);
  }
  // Read by open_file, which has a message of its own.
  std::optional<ParameterValue> operator()(const ParameterFile& /*kind*/) const {
    return std::nullopt;
  }
};

struct WriteText {
  std::string operator()(const std::string& name) const { return name; }
  std::string operator()(int number) const { return std::to_string(number); }
  std::string operator()(float number) const { return float_text(number); }
  std::string operator()(const std::vector<float>& numbers) const {
    std::string text;
    for (const float number : numbers) text += (text.empty() ? "" : "+") + float_text(number);
    return text;
  }
  // As the user typed it. Plan and manifest have name and digest, which do not change with the
  // place.
  std::string operator()(const ParameterFile& file) const { return file.path; }
};

}  // namespace

std::string to_text(const ParameterValue& value) { return std::visit(WriteText{}, value); }

// For messages, so that a user who mistyped a value reads at once which are valid.
std::string allowed_values(const ParameterInfo& info) {
  if (std::holds_alternative<std::string>(info.default_value)) {
    return "one of " + join(info.choices);
  }
  if (std::holds_alternative<ParameterFile>(info.default_value)) return "a file";
  const bool whole = std::holds_alternative<int>(info.default_value);
  const bool list = std::holds_alternative<std::vector<float>>(info.default_value);
  const std::string kind = whole  ? (info.odd ? "an odd whole number" : "a whole number")
                           : list ? list_text(info) + ", each"
                                  : "a number";
  const auto bound = [&](double value) {
    return whole ? std::to_string(static_cast<int>(value)) : float_text(static_cast<float>(value));
  };
  std::string text =
      kind + (info.above_minimum ? " above " : " of at least ") + bound(info.minimum);
  if (info.maximum < std::numeric_limits<float>::max()) {
    text += " and at most " + bound(info.maximum);
  }
  return text;
}

// Apart from reading, because values also come from manifests, which anyone may have edited.
bool is_allowed(const ParameterInfo& info, const ParameterValue& value) {
  if (value.index() != info.default_value.index()) return false;
  if (const auto* name = std::get_if<std::string>(&value)) {
    return std::find(info.choices.begin(), info.choices.end(), *name) != info.choices.end();
  }
  if (const auto* number = std::get_if<int>(&value)) {
    return in_range(info, *number) && (!info.odd || *number % 2 == 1);
  }
  if (const auto* number = std::get_if<float>(&value)) {
    return in_range(info, static_cast<double>(*number));
  }
  if (const auto* numbers = std::get_if<std::vector<float>>(&value)) {
    const bool has_count = info.count == 0 || numbers->size() == info.count;
    return has_count && std::all_of(numbers->begin(), numbers->end(), [&](float number) {
             return in_range(info, static_cast<double>(number));
           });
  }
  return true;
}

// The type of the default decides how a text is read, so that "1" for a real parameter is 1.0, and
// is written back as such.
ParameterValue parse_parameter(std::string_view owner, const ParameterInfo& info,
                               std::string_view text) {
  if (std::holds_alternative<ParameterFile>(info.default_value)) {
    return open_file(std::string(owner), info, std::string(text));
  }
  const auto value = std::visit(ReadText{text}, info.default_value);
  if (value && is_allowed(info, *value)) return *value;
  throw UsageError(std::string(owner) + ": " + info.name + " must be " + allowed_values(info) +
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
const std::vector<float>& ParameterValues::reals(std::string_view name) const {
  return std::get<std::vector<float>>(find(name));
}
const ParameterFile& ParameterValues::file(std::string_view name) const {
  return std::get<ParameterFile>(find(name));
}

}  // namespace guidedmixup

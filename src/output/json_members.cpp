// One function for each kind of value, so that every message about a wrong value has the same form:
// the key, what is there, what was expected.
#include "json_members.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/records.hpp>

namespace guidedmixup {
namespace {

constexpr std::size_t kLongestQuote = 60;

// Short, whatever is there: a message is no place for a list of a million numbers.
std::string found_text(const OrderedJson& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  if (const auto* text = value.get_ptr<const std::string*>()) {
    const bool whole = text->size() <= kLongestQuote;
    return "'" + printable(text->substr(0, kLongestQuote)) + (whole ? "'" : "...'");
  }
  return value.dump();
}

}  // namespace

JsonMembers::JsonMembers(const OrderedJson& value, std::string place)
    : value_(value), place_(std::move(place)) {
  if (!value.is_object()) {
    const std::string name = place_.empty() ? "it" : place_.substr(0, place_.size() - 1);
    throw JsonError(name + " is " + found_text(value) + ", expected an object");
  }
}

const OrderedJson& JsonMembers::at(const char* key) const {
  const auto found = value_.find(key);
  if (found == value_.end()) throw JsonError(place_ + key + " is missing");
  return *found;
}

void JsonMembers::refuse(const char* key, const OrderedJson& found,
                         const std::string& expected) const {
  throw JsonError(place_ + key + " is " + found_text(found) + ", expected " + expected);
}

void JsonMembers::refuse(const char* key, const std::string& expected) const {
  refuse(key, at(key), expected);
}

JsonMembers JsonMembers::object(const char* key) const {
  return JsonMembers(at(key), place_ + key + ".");
}

const std::string& JsonMembers::text(const char* key) const {
  const OrderedJson& value = at(key);
  if (!value.is_string()) refuse(key, value, "a string");
  return *value.get_ptr<const std::string*>();
}

std::uint64_t JsonMembers::hash(const char* key, std::string_view prefix) const {
  const std::string_view whole = text(key);
  const std::string_view digits = whole.substr(std::min(prefix.size(), whole.size()));
  // Written again and compared, which refuses signs, upper case and digits that are missing.
  std::uint64_t hash = 0;
  const char* const end = digits.data() + digits.size();
  if (!whole.starts_with(prefix) || std::from_chars(digits.data(), end, hash, 16).ptr != end ||
      hex16(hash) != digits) {
    const std::string begin = prefix.empty() ? "" : std::string(prefix) + " and ";
    refuse(key, begin + "16 hexadecimal digits in lower case");
  }
  return hash;
}

bool JsonMembers::truth(const char* key) const {
  const OrderedJson& value = at(key);
  if (!value.is_boolean()) refuse(key, value, "true or false");
  return value.get<bool>();
}

// The check is in double and the result in float32, so a value that rounds into the range from
// outside is refused.
float JsonMembers::number_of(const char* key, const OrderedJson& value, Range<float> range) const {
  // "1" stands for 1.0 as well: a file may have gone through another program.
  if (value.is_number()) {
    const auto number = value.get<double>();  // one that no float32 can hold lies in no range
    if (number >= static_cast<double>(range.least) && number <= static_cast<double>(range.most)) {
      return static_cast<float>(number);
    }
  }
  refuse(key, value, float_text(range.least) + " to " + float_text(range.most));
}

float JsonMembers::number(const char* key, Range<float> range) const {
  return number_of(key, at(key), range);
}

const OrderedJson& JsonMembers::list(const char* key) const {
  const OrderedJson& value = at(key);
  if (!value.is_array()) refuse(key, value, "a list");
  return value;
}

std::vector<std::string> JsonMembers::texts(const char* key) const {
  std::vector<std::string> texts;
  for (const OrderedJson& item : list(key)) {
    if (!item.is_string()) refuse(key, item, "only strings");
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<float> JsonMembers::numbers(const char* key, Range<float> range) const {
  std::vector<float> numbers;
  for (const OrderedJson& item : list(key)) numbers.push_back(number_of(key, item, range));
  return numbers;
}

}  // namespace guidedmixup

// JSON is written here, not by the library's dump(): that would write a float32 with the digits of
// a double, and without blanks. Reading goes through `JsonScan` first, which sees only the
// structure (strings, brackets, commas) and ends what would cost too much; whether it is JSON at
// all, the library's parser decides.
#include "json_text.hpp"

#include <algorithm>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

// Most texts need no escapes, and making a JSON value of each would copy it twice.
void append_string(std::string_view value, std::string& text) {
  const bool is_plain = std::none_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  });
  if (is_plain) {
    text += '"';
    text += value;
    text += '"';
  } else {
    text += OrderedJson(value).dump();
  }
}

// Recurses as deep as the value, which is our own or has passed parse_json.
void append_json(const OrderedJson& value, std::string& text) {
  if (value.is_object()) {
    text += '{';
    const char* separator = "";
    for (const auto& [key, item] : value.items()) {
      text += separator;
      append_string(key, text);
      text += ": ";
      append_json(item, text);
      separator = ", ";
    }
    text += '}';
  } else if (value.is_array()) {
    text += '[';
    const char* separator = "";
    for (const OrderedJson& item : value) {
      text += separator;
      append_json(item, text);
      separator = ", ";
    }
    text += ']';
  } else if (const auto* string = value.get_ptr<const std::string*>()) {
    append_string(*string, text);
  } else if (value.is_number_float()) {
    text += float_text(value.get<float>());
  } else {
    text += value.dump();
  }
}

std::string text_at(const OrderedJson& value, const char* key) {
  if (!value.is_object() || !value.contains(key) || !value[key].is_string()) return "";
  return value[key].get<std::string>();
}

std::string json_text(const OrderedJson& value) {
  std::string text;
  append_json(value, text);
  return text;
}

bool JsonScan::take(char c) {
  // Brackets and commas inside a string mean nothing. Escapes matter only for the quote that ends
  // it.
  if (in_string_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
    return true;
  }
  switch (c) {
    case '"':
      in_string_ = true;
      return true;
    case '{':
      return open(/*object=*/true);
    case '[':
      return open(/*object=*/false);
    case '}':
    case ']':
      // One bracket too many is left to the parser.
      if (depth_ > 0) --depth_;
      return true;
    case ',':
      return next_member();
    default:
      return true;
  }
}

bool JsonScan::open(bool object) {
  if (depth_ == kMostJsonDepth) {
    problem_ = "is nested more than " + std::to_string(kMostJsonDepth) + " levels deep";
    return false;
  }
  open_[static_cast<std::size_t>(depth_++)] = {object, 1};
  ++values_;
  return true;
}

bool JsonScan::next_member() {
  if (++values_ > kMostJsonValues) {
    problem_ = "has more than " + std::to_string(kMostJsonValues) + " values";
    return false;
  }
  if (depth_ == 0) return true;
  Open& innermost = open_[static_cast<std::size_t>(depth_ - 1)];
  // The library looks up the keys of an ordered object one after the other, so building one takes
  // quadratic time. Lists may be as long as the text.
  if (++innermost.members > kMostJsonMembers && innermost.object) {
    problem_ = "has an object of more than " + std::to_string(kMostJsonMembers) + " members";
    return false;
  }
  return true;
}

OrderedJson parse_json(std::string_view text) {
  // Cheap questions first: each of these ends before memory is taken for values.
  if (text.size() > kMostJsonBytes) {
    throw JsonError("is longer than " + std::to_string(kMostJsonBytes) + " bytes");
  }
  // The parser would take it for the end.
  if (text.find('\0') != std::string_view::npos) {
    throw JsonError("is not valid JSON: a NUL character");
  }
  JsonScan scan;
  for (const char c : text) {
    if (!scan.take(c)) throw JsonError(scan.problem());
  }
  try {
    return OrderedJson::parse(text);
  } catch (const nlohmann::json::exception& error) {
    std::string_view reason = error.what();  // "[json.exception.parse_error.101] parse error at..."
    const std::size_t head = reason.find("] ");
    if (head != std::string_view::npos) reason.remove_prefix(head + 2);
    throw JsonError("is not valid JSON: " + printable(reason.substr(0, 200)));
  }
}

// For texts whose faults somebody else reports.
OrderedJson try_parse_json(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const JsonError&) {
    return OrderedJson(nlohmann::detail::value_t::discarded);
  }
}

}  // namespace guidedmixup

#include "json_text.hpp"

#include <algorithm>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

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

}  // namespace guidedmixup

#include "json_text.hpp"

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {

void append_json(const OrderedJson& value, std::string& text) {
  if (value.is_object()) {
    text += '{';
    const char* separator = "";
    for (const auto& [key, item] : value.items()) {
      text += separator;
      text += OrderedJson(key).dump();
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

/// JSON as this program writes it: one line, a blank after each comma and colon, numbers that can
/// have a fraction as the shortest float32 with a point.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

namespace guidedmixup {

using OrderedJson = nlohmann::ordered_json;

/// Appends a string with its quotes. Must be UTF-8.
void append_string(std::string_view value, std::string& text);

/// Appends the text of `value`. Floating-point values are taken as float32. Strings must be UTF-8.
void append_json(const OrderedJson& value, std::string& text);

[[nodiscard]] std::string json_text(const OrderedJson& value);

/// The text of a key, "" when the value is no object, lacks the key or holds no text there.
[[nodiscard]] std::string text_at(const OrderedJson& value, const char* key);

/// A parameter or configuration value as JSON.
template <typename Variant>
[[nodiscard]] OrderedJson json_value(const Variant& value) {
  return std::visit([](const auto& alternative) { return OrderedJson(alternative); }, value);
}

}  // namespace guidedmixup

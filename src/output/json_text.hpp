/// JSON as this program writes it: one line, a blank after each comma and colon, numbers that can
/// have a fraction as the shortest float32 with a point. And the one way to read it back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include <guidedmixup/core/error.hpp>

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

/// What is read back may be anything, so it is held to more than an output ever needs: time and
/// memory stay linear in the text, and no recursion runs deep.
inline constexpr int kMostJsonDepth = 64;
inline constexpr std::size_t kMostJsonBytes = std::size_t{64} << 20U;  ///< of one text
inline constexpr std::uint64_t kMostJsonValues = std::uint64_t{4} << 20U;
inline constexpr std::uint32_t kMostJsonMembers = 256;  ///< of one object: its keys are searched

/// Follows a JSON text byte by byte and builds nothing. Exact up to the first mistake in the text.
class JsonScan {
 public:
  /// Takes the next byte. False when the text goes beyond the limits: `problem` says which.
  [[nodiscard]] bool take(char c);
  [[nodiscard]] int depth() const { return depth_; }  ///< of arrays and objects that are open
  [[nodiscard]] bool in_string() const { return in_string_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Open {
    bool object = false;
    std::uint32_t members = 0;
  };
  [[nodiscard]] bool open(bool object);
  [[nodiscard]] bool next_member();

  std::array<Open, kMostJsonDepth> open_{};
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::uint64_t values_ = 0;
  std::string problem_;
};

/// A text from outside that cannot be read, or holds what it should not. The message lacks the
/// file's name: "is not valid JSON: ...", "is nested more than 64 deep".
class JsonError : public RunError {
 public:
  using RunError::RunError;
};

/// Reads a text from outside. Throws JsonError.
[[nodiscard]] OrderedJson parse_json(std::string_view text);

/// The same; a discarded value (is_discarded) when it cannot.
[[nodiscard]] OrderedJson try_parse_json(std::string_view text);

}  // namespace guidedmixup

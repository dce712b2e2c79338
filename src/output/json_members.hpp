/// The members of a JSON object from outside, each by its key, kind and range.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <guidedmixup/core/ranges.hpp>

#include "json_text.hpp"

namespace guidedmixup {

/// All functions throw JsonError that names the key, what is there and what was expected:
/// "image.quality is 0, expected 1 to 100".
class JsonMembers {
 public:
  /// `place` stands before the keys in messages: "image.". The value must outlive this.
  explicit JsonMembers(const OrderedJson& value, std::string place = "");

  [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }
  [[nodiscard]] JsonMembers object(const char* key) const;
  [[nodiscard]] const std::string& text(const char* key) const;
  [[nodiscard]] bool truth(const char* key) const;
  [[nodiscard]] float number(const char* key, Range<float> range) const;
  /// Of a text: 16 hexadecimal digits in lower case behind `prefix`.
  [[nodiscard]] std::uint64_t hash(const char* key, std::string_view prefix = "") const;
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;
  [[nodiscard]] std::vector<float> numbers(const char* key, Range<float> range) const;

  template <typename T>
  [[nodiscard]] T whole(const char* key, Range<T> range) const {
    return whole_of(key, at(key), range);
  }
  template <typename T>
  [[nodiscard]] std::vector<T> wholes(const char* key, Range<T> range) const {
    std::vector<T> numbers;
    for (const OrderedJson& item : list(key)) numbers.push_back(whole_of(key, item, range));
    return numbers;
  }
  /// Says that the value of a key is not what was expected.
  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

 private:
  [[nodiscard]] const OrderedJson& at(const char* key) const;
  [[nodiscard]] const OrderedJson& list(const char* key) const;
  [[noreturn]] void refuse(const char* key, const OrderedJson& found,
                           const std::string& expected) const;
  [[nodiscard]] float number_of(const char* key, const OrderedJson& value,
                                Range<float> range) const;

  template <typename T>
  [[nodiscard]] T whole_of(const char* key, const OrderedJson& value, Range<T> range) const {
    // JSON's own kinds: unsigned, or below zero.
    if (value.is_number_unsigned()) {
      const auto number = value.get<std::uint64_t>();
      if (number <= static_cast<std::uint64_t>(range.most) && range.holds(static_cast<T>(number))) {
        return static_cast<T>(number);
      }
    } else if (value.is_number_integer() && std::is_signed_v<T>) {
      const auto number = value.get<std::int64_t>();
      if (number >= static_cast<std::int64_t>(range.least)) return static_cast<T>(number);
    }
    refuse(key, value, std::to_string(range.least) + " to " + std::to_string(range.most));
  }

  const OrderedJson& value_;
  std::string place_;
};

}  // namespace guidedmixup

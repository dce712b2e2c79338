/// Small text functions that several stages need: UTF-8 checks, numbers in messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guidedmixup {

/// True when `bytes` is well-formed UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// `bytes` with each malformed byte replaced by U+FFFD, for messages and pictures.
[[nodiscard]] std::string to_utf8(std::string_view bytes);

/// Like to_utf8, and control characters (newlines, escapes) written as \xNN: safe on a terminal.
[[nodiscard]] std::string printable(std::string_view bytes);

/// ASCII letters in lower case; other bytes as they are. No locale.
[[nodiscard]] std::string ascii_lower(std::string_view text);

/// The extension of the last path component, in lower case and without the dot; "" if none.
[[nodiscard]] std::string file_extension(std::string_view path);

/// Shortest decimal text, without exponent and always with a point, that reads back to the same
/// float32: 1 gives "1.0". The value must be finite.
[[nodiscard]] std::string float_text(float value);

}  // namespace guidedmixup

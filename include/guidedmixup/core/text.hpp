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

/// Text that is not ours (a name, an option, a library's message) for a message, safe on a
/// terminal: what `hides_or_controls` holds for is shown as \xNN (below U+0080) or \u{NNNN}, a
/// malformed byte as \xNN; all else stays. A backslash stays, too, so that text may pass here
/// twice.
[[nodiscard]] std::string printable(std::string_view bytes);

/// The same for a whole message of several lines: newlines stay.
[[nodiscard]] std::string printable_lines(std::string_view bytes);

/// The same for a JSON text on one line: by \uNNNN, so that it means what it meant.
[[nodiscard]] std::string printable_json(std::string_view json);

/// `value` as a string of TOML, quotes included. Malformed bytes, which TOML cannot hold, become
/// U+FFFD.
[[nodiscard]] std::string toml_string(std::string_view value);

/// True for code points that a terminal obeys, that reorder or break text, or that show nothing:
/// control and format characters, separators of lines, joiners, variation selectors, tags,
/// noncharacters. Unassigned code points and those for private use may pass: they look like a box.
[[nodiscard]] bool hides_or_controls(char32_t code);

/// "1 sample", "2 samples".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// ASCII letters in lower case; other bytes as they are. No locale.
[[nodiscard]] std::string ascii_lower(std::string_view text);

/// The extension of the last path component, in lower case and without the dot; "" if none.
[[nodiscard]] std::string file_extension(std::string_view path);

/// Shortest decimal text, without exponent and always with a point, that reads back to the same
/// float32: 1 gives "1.0". The value must be finite.
[[nodiscard]] std::string float_text(float value);

}  // namespace guidedmixup

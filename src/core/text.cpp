// Texts from outside, made safe for terminals and files: UTF-8, escapes, numbers. Nothing here
// follows the locale, so outputs are the same everywhere.
#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {
namespace {

// Length of the well-formed UTF-8 sequence at the start of `s`, or 0 (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  // The second byte's range excludes overlong forms (after E0 and F0), surrogates (after ED) and
  // what lies beyond U+10FFFF (after F4).
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (s.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

// The value of a well-formed sequence.
char32_t code_point(std::string_view sequence) {
  if (sequence.size() == 1) return static_cast<unsigned char>(sequence[0]);
  char32_t code = static_cast<unsigned char>(sequence[0]) & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) code = code << 6U | (static_cast<unsigned char>(c) & 63U);
  return code;
}

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Sorted. Controls (Cc), line and paragraph separators, format characters that show nothing (Cf),
// surrogates, and all that Unicode calls Default_Ignorable_Code_Point, reserved ones with them.
// Such a character in a file's name could clear the terminal, turn a line round, or make two names
// look equal.
constexpr std::array kUnsafe{
    CodeRange{0x00, 0x1F},       CodeRange{0x7F, 0x9F},       CodeRange{0xAD, 0xAD},
    CodeRange{0x34F, 0x34F},     CodeRange{0x61C, 0x61C},     CodeRange{0x115F, 0x1160},
    CodeRange{0x17B4, 0x17B5},   CodeRange{0x180B, 0x180F},   CodeRange{0x200B, 0x200F},
    CodeRange{0x2028, 0x202E},   CodeRange{0x2060, 0x206F},   CodeRange{0x3164, 0x3164},
    CodeRange{0xD800, 0xDFFF},   CodeRange{0xFDD0, 0xFDEF},   CodeRange{0xFE00, 0xFE0F},
    CodeRange{0xFEFF, 0xFEFF},   CodeRange{0xFFA0, 0xFFA0},   CodeRange{0xFFF0, 0xFFFB},
    CodeRange{0x13430, 0x1343F}, CodeRange{0x1BCA0, 0x1BCA3}, CodeRange{0x1D173, 0x1D17A},
    CodeRange{0xE0000, 0xE0FFF},
};

std::string hexadecimal(char32_t value, std::size_t digits) {
  std::array<char, 8> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 static_cast<std::uint32_t>(value), 16);
  std::string text(buffer.data(), end.ptr);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

// Of messages in one line, messages in several, JSON and TOML.
enum class Style { kWord, kLines, kJson, kToml };

// What stands for a character that must not be seen. Messages use the notation of the shell and of
// C++; JSON and TOML have only their own.
std::string escape(char32_t code, bool is_byte, Style style) {
  if (style == Style::kToml) {
    return code < 0x10000 ? "\\u" + hexadecimal(code, 4) : "\\U" + hexadecimal(code, 8);
  }
  if (style == Style::kJson) {
    if (code < 0x10000) return "\\u" + hexadecimal(code, 4);
    const char32_t rest = code - 0x10000;  // two halves, as JSON wants it
    return "\\u" + hexadecimal(0xD800 + (rest >> 10U), 4) + "\\u" +
           hexadecimal(0xDC00 + (rest & 0x3FFU), 4);
  }
  return is_byte ? "\\x" + hexadecimal(code, 2) : "\\u{" + hexadecimal(code, 4) + "}";
}

std::string escaped(std::string_view bytes, Style style) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    const std::string_view sequence = bytes.substr(0, std::max(length, std::size_t{1}));
    bytes.remove_prefix(sequence.size());
    const bool is_malformed = length == 0;
    const char32_t code =
        is_malformed ? static_cast<unsigned char>(sequence[0]) : code_point(sequence);
    const bool is_kept_line = code == '\n' && style == Style::kLines;
    const bool is_quoted = style == Style::kToml && (code == '"' || code == '\\');
    if (is_kept_line || (!is_malformed && !hides_or_controls(code))) {
      if (is_quoted) text += '\\';
      text += sequence;
      // Neither format can hold a byte that is no character.
    } else if (is_malformed && (style == Style::kJson || style == Style::kToml)) {
      text += "\xEF\xBF\xBD";
    } else {
      text += escape(code, sequence.size() == 1, style);
    }
  }
  return text;
}

}  // namespace

// Paths are bytes on Linux, and JSON holds Unicode only: this decides whether a name can be
// written.
bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

// A byte at a time, so that the end of a broken sequence cannot take a good character with it.
std::string to_utf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) {
      text += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

std::string printable(std::string_view bytes) { return escaped(bytes, Style::kWord); }

std::string printable_lines(std::string_view bytes) { return escaped(bytes, Style::kLines); }

std::string printable_json(std::string_view json) { return escaped(json, Style::kJson); }

std::string toml_string(std::string_view value) { return '"' + escaped(value, Style::kToml) + '"'; }

bool hides_or_controls(char32_t code) {
  // The last range that begins at or before the code is the only one that can hold it.
  const auto* const after = std::upper_bound(
      kUnsafe.begin(), kUnsafe.end(), code,
      [](char32_t wanted, const CodeRange& range) { return wanted < range.first; });
  // The last two code points of each plane are no characters.
  const bool is_noncharacter = (code & 0xFFFEU) == 0xFFFEU;
  return is_noncharacter || (after != kUnsafe.begin() && code <= std::prev(after)->last);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// Not by tolower(), which follows the locale: in a Turkish one "I" has another small letter.
std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string file_extension(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  // A dot in a folder's name is no extension of the file, nor is the one that hides ".jpg".
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "";
  return ascii_lower(path.substr(dot + 1));
}

std::string float_text(float value) {
  // The longest text, of a number near 1e-38, has about 50 characters. Without exponents, because
  // some readers of YAML, which take JSON as well, read 1e-05 as text.
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  std::string text(buffer.data(), end.ptr);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

}  // namespace guidedmixup

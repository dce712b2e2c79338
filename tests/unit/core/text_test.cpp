#include <doctest/doctest.h>

#include <guidedmixup/core/text.hpp>

using namespace guidedmixup;

TEST_CASE("is_utf8 accepts well-formed text only") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("Fl\xC3\xB6te \xE2\x82\xAC \xF0\x9F\x90\x88"));
  CHECK_FALSE(is_utf8("\xFF"));
  CHECK_FALSE(is_utf8("\xC3"));              // cut short
  CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
}

namespace {

std::string utf8_of(char32_t code) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 63U));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6U)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (code >> 18U)), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("printable is safe on a terminal") {
  CHECK(printable("a\nb\x1B[31m\t\x7F") == "a\\x0ab\\x1b[31m\\x09\\x7f");
  CHECK(printable("C1 \xC2\x9B, override \xE2\x80\xAE, mark \xEF\xBB\xBF") ==
        "C1 \\u{009b}, override \\u{202e}, mark \\u{feff}");
  CHECK(printable("tag \xF3\xA0\x81\x81") == "tag \\u{e0041}");
  CHECK(printable("x\xFFy\xC3") == "x\\xffy\\xc3");
  CHECK(printable("\xED\xA0\x80\xF4\x90\x80\x80") == "\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
  CHECK(printable("Fl\xC3\xB6te \xE2\x82\xAC \xF0\x9F\x90\x88") ==
        "Fl\xC3\xB6te \xE2\x82\xAC \xF0\x9F\x90\x88");
  CHECK(printable("a\\b") == "a\\b");
  CHECK(printable(printable("a\n\xC2\x9B\xFF")) == printable("a\n\xC2\x9B\xFF"));
  CHECK(printable_lines("a\n\x1B\n") == "a\n\\x1b\n");
  CHECK(printable_json("\"\xC2\x9B\xF3\xA0\x81\x81\x7F\"") == "\"\\u009b\\udb40\\udc41\\u007f\"");
}

TEST_CASE("a string of TOML") {
  CHECK(toml_string("a \"b\" \\ \xC3\xB6") == "\"a \\\"b\\\" \\\\ \xC3\xB6\"");
  CHECK(toml_string("\n\x1B\xC2\x9B\xF3\xA0\x81\x81") == "\"\\u000a\\u001b\\u009b\\U000e0041\"");
}

TEST_CASE("every code point is shown as it is or escaped whole") {
  std::size_t escaped = 0;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    const std::string text = utf8_of(code);
    REQUIRE(is_utf8(text));
    const std::string shown = printable(text);
    if (!hides_or_controls(code)) {
      REQUIRE(shown == text);
      continue;
    }
    ++escaped;
    REQUIRE(shown.size() >= 4);
    for (const char c : shown) REQUIRE((c > ' ' && c < '\x7F'));
    REQUIRE(std::stoul(shown.substr(code < 0x80 ? 2 : 3), nullptr, 16) == code);
  }
  CHECK(escaped > 4000);
  for (const char32_t safe : {U' ', U'~', U'\u00A0', U'\u0600', U'\u3042', U'\uE000', U'\uFFFD'}) {
    CHECK_FALSE(hides_or_controls(safe));
  }
  for (const char32_t hidden :
       {U'\u00AD', U'\u061C', U'\u200B', U'\u200D', U'\u200E', U'\u2028', U'\u2029', U'\u202A',
        U'\u202E', U'\u2066', U'\u2069', U'\uFE0F', U'\uFEFF', U'\uFFFE', U'\U000E0001'}) {
    CHECK(hides_or_controls(hidden));
  }
}

TEST_CASE("file_extension") {
  CHECK(file_extension("a/b.JPEG") == "jpeg");
  CHECK(file_extension("a.b/c") == "");
  CHECK(file_extension("a/.png") == "");
}

TEST_CASE("float_text is the shortest that reads back and always has a point") {
  CHECK(float_text(1.0F) == "1.0");
  CHECK(float_text(0.0F) == "0.0");
  CHECK(float_text(0.1F) == "0.1");
  CHECK(float_text(0.5734F) == "0.5734");
  CHECK(float_text(1e-7F) == "0.0000001");
  for (const float value : {0.33333334F, 1.1754944e-38F, 16777216.0F, 0.008710001F}) {
    CHECK(std::stof(float_text(value)) == value);
  }
}

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

TEST_CASE("printable is safe on a terminal") {
  CHECK(printable("a\nb\x1B[31m") == "a\\x0ab\\x1b[31m");
  CHECK(printable("x\xFFy") == "x\xEF\xBF\xBDy");
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

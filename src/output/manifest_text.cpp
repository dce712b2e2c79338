// Cuts the text only as far as it must to find the ends of values; the library then parses each
// piece by itself. Its own streaming parser would need a handler for every nested value.
#include "manifest_text.hpp"

#include <cstdio>

namespace guidedmixup {
namespace {

// Often enough that a signal is noticed at once, seldom enough to cost nothing.
constexpr std::uint64_t kPauseBytes = std::uint64_t{1} << 18U;

// JSON's four blanks. std::isspace knows more, and depends on the locale.
bool is_blank(int c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

// By the stream's buffer: a stream's own functions construct a sentry for each byte.
int ManifestText::peek() { return stream_.rdbuf()->sgetc(); }

// The one place that moves on, so `offset_` is always right.
void ManifestText::skip() {
  stream_.rdbuf()->sbumpc();
  if (++offset_ % kPauseBytes == 0 && pieces_.pause) pieces_.pause();
}

void ManifestText::skip_blanks() {
  while (is_blank(peek())) skip();
}

void ManifestText::refuse(const std::string& what) const {
  throw JsonError("is not valid JSON: byte " + std::to_string(offset_) + " is " + what);
}

void ManifestText::expect(char c, const char* what) {
  skip_blanks();
  if (peek() != c) {
    refuse(std::string(peek() == EOF ? "the end, expected " : "something other than ") + what);
  }
  skip();
}

// The text of one value. Where it ends is all that is looked at; parse_json sees the rest.
std::string ManifestText::value() {
  skip_blanks();
  JsonScan scan;
  std::string text;
  for (int c = peek(); c != EOF; c = peek()) {
    // A value ends at a separator outside of all brackets and strings. A number or a word ends only
    // there.
    const bool outside = scan.depth() == 0 && !scan.in_string();
    if (outside && (c == ',' || c == ':' || c == ']' || c == '}' || is_blank(c))) break;
    // parse_json would refuse it as well, but only after all of it lies in memory.
    if (text.size() == kMostJsonBytes) {
      throw JsonError("has a value of more than " + std::to_string(kMostJsonBytes) + " bytes");
    }
    if (!scan.take(static_cast<char>(c))) throw JsonError(scan.problem());
    text += static_cast<char>(c);
    skip();
  }
  return text;
}

// After a value: is there another?
bool ManifestText::next(char end, const char* what) {
  skip_blanks();
  if (peek() == ',') {
    skip();
    return true;
  }
  expect(end, what);
  return false;
}

// The only list that is taken apart: it grows with the data set, all others are bounded.
bool ManifestText::list_samples() {
  expect('[', "a list of samples");
  if (!pieces_.samples()) return false;
  skip_blanks();
  if (peek() == ']') {
    skip();
    return true;
  }
  do {
    pieces_.sample(value());
  } while (next(']', "a comma or the end of the samples"));
  return true;
}

bool ManifestText::cut() {
  expect('{', "the beginning of an object");
  // parse_json bounds the members of each value, but never sees the document as a whole.
  std::uint32_t members = 0;
  do {
    const OrderedJson key = parse_json(value());
    if (!key.is_string()) refuse("after something other than a key");
    expect(':', "a colon after a key");
    skip_blanks();
    // Something else under this key is a member like others, and is refused as such.
    if (key == "samples" && peek() == '[') {
      if (!list_samples()) return false;
    } else {
      pieces_.member(key.get<std::string>(), value());
    }
    if (++members > kMostJsonMembers) {
      throw JsonError("has more than " + std::to_string(kMostJsonMembers) + " members");
    }
  } while (next('}', "a comma or the end of the object"));
  skip_blanks();
  if (peek() != EOF) refuse("after the end of the object");
  return true;
}

}  // namespace guidedmixup

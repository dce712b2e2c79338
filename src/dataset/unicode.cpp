// For comparing only: a name keeps the bytes that the file system gave, otherwise its file could
// not be opened.
#include "unicode.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include <utf8proc.h>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup::dataset {
namespace {

// utf8proc allocates with malloc.
struct Free {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// STABLE restricts the mapping to what later versions of Unicode may not change.
std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* made = nullptr;
  const auto length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &made,
                   static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(made);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (length < 0) return std::string(text);
  return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(length)};
}

}  // namespace

std::string composed(std::string_view text) {
  // ASCII has one form only; most names end here.
  return is_ascii(text) ? std::string(text) : mapped(text, 0);
}

std::string folded(std::string_view text) {
  return is_ascii(text) ? ascii_lower(text) : mapped(text, UTF8PROC_CASEFOLD);
}

}  // namespace guidedmixup::dataset

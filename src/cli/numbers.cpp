// All of it ends in from_chars, which knows no locale and skips no blanks.
#include "numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <sched.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

#include "process.hpp"

namespace guidedmixup {
namespace {

// Length of the decimal digits that `text` begins with.
std::size_t digits_of(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

// Both bounds in every message, so that a user need not look them up.
std::string range_text(std::uint64_t least, std::uint64_t most) {
  return "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

std::optional<int> parse_side(std::string_view text) {
  const auto number = parse_whole(text);
  if (!number || *number < 1 || *number > static_cast<std::uint64_t>(kSides.most)) {
    return std::nullopt;
  }
  return static_cast<int>(*number);
}

}  // namespace

// Digits alone: from_chars would stop silently at "10x".
std::optional<std::uint64_t> parse_whole(std::string_view text) {
  if (text.empty() || digits_of(text) != text.size()) return std::nullopt;
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{}) return std::nullopt;
  return number;
}

CLI::Validator whole_within(std::uint64_t least, std::uint64_t most) {
  const auto check = [least, most](std::string& text) -> std::string {
    const auto number = parse_whole(text);
    if (!number || *number < least || *number > most) {
      return "expected " + range_text(least, most) + ", found '" + text + "'";
    }
    // Handed on in one form: CLI11 reads it once more, by a function that takes a leading 0 for
    // octal.
    text = std::to_string(*number);
    return "";
  };
  return {check, ""};
}

CLI::Validator number_within(const Range<float>& range) {
  const auto check = [range](std::string& text) -> std::string {
    float number = 0.0F;
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    // Not-a-number lies in no range.
    if (result.ec != std::errc{} || result.ptr != end || !range.holds(number)) {
      return "expected a number from " + float_text(range.least) + " to " + float_text(range.most) +
             ", found '" + text + "'";
    }
    // As it will be printed by --print-config, so that reading and printing again changes nothing.
    text = float_text(number);
    return "";
  };
  return {check, ""};
}

CLI::Validator word_or_whole(const std::string& word, const Range<std::uint32_t>& range) {
  const auto check = [word, range](std::string& text) -> std::string {
    if (text == word) return "";
    const auto number = parse_whole(text);
    if (!number || *number < range.least || *number > range.most) {
      return "expected " + word + " or " + range_text(range.least, range.most) + ", found '" +
             text + "'";
    }
    text = std::to_string(*number);
    return "";
  };
  return {check, ""};
}

Size parse_size(const std::string& option, const std::string& text) {
  const std::string_view words = text;
  // A single number is a square.
  const std::size_t cross = words.find('x');
  const auto width = parse_side(words.substr(0, cross));
  const auto height = cross == std::string_view::npos ? width : parse_side(words.substr(cross + 1));
  if (!width || !height) {
    throw UsageError(option + " must be N or WxH with sides from 1 to " +
                     std::to_string(kSides.most) + ", found '" + printable(text) + "'");
  }
  return {*width, *height};
}

std::uint64_t parse_bytes(const std::string& option, const std::string& text) {
  const std::size_t digits = digits_of(text);
  const auto number = parse_whole(std::string_view(text).substr(0, digits));
  const std::string unit = ascii_lower(std::string_view(text).substr(digits));
  static constexpr std::array<std::string_view, 5> kUnits{"", "k", "m", "g", "t"};
  // Every unit is a power of 1024, "KB" as well: the option limits memory, which is counted so.
  for (std::size_t i = 0; i < kUnits.size() && number; ++i) {
    const std::string letter(kUnits[i]);
    const bool is_this = unit == letter || unit == letter + "b" ||
                         (i > 0 && (unit == letter + "i" || unit == letter + "ib"));
    const std::uint64_t factor = std::uint64_t{1} << (10 * i);
    if (is_this && *number <= std::numeric_limits<std::uint64_t>::max() / factor) {
      return *number * factor;
    }
  }
  throw UsageError(option + " must be a number of bytes, or of KiB, MiB, GiB or TiB such as " +
                   "512MiB, found '" + printable(text) + "'");
}

int default_threads() {
  const std::string text = environment("GUIDEDMIXUP_THREADS");
  if (!text.empty()) {
    const auto threads = parse_whole(text);
    if (threads && *threads <= static_cast<std::uint64_t>(kThreadCounts.most) &&
        kThreadCounts.holds(static_cast<int>(*threads))) {
      return static_cast<int>(*threads);
    }
    throw UsageError("environment variable GUIDEDMIXUP_THREADS must be " +
                     range_text(kThreadCounts.least, kThreadCounts.most) + ", found '" +
                     printable(text) + "'");
  }
  // What taskset, a batch system or a container's set of processors leaves. The call fails on
  // machines with more than 1,024 processors; there the user has to say --threads.
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return std::max(1, CPU_COUNT(&allowed));
}

}  // namespace guidedmixup

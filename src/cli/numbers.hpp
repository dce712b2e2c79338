/// The one way in which this program reads numbers that somebody typed, be it as an option, in a
/// configuration file or in the environment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/ranges.hpp>

namespace guidedmixup {

/// A whole number in decimal digits and nothing else: no sign, no blank, no other base; zeros in
/// front do not count. Nothing for another text, or for 2^64 and above.
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text);

/// For CLI::Option::transform. CLI11 itself takes 016 for 14 and makes of what is too large the
/// largest number there is: with this a number is within the range, and passed on as decimal text.
template <typename Whole>
[[nodiscard]] CLI::Validator number_within(const Range<Whole>& range);
[[nodiscard]] CLI::Validator whole_within(std::uint64_t least, std::uint64_t most);
[[nodiscard]] CLI::Validator number_within(const Range<float>& range);

/// The same, or this word.
[[nodiscard]] CLI::Validator word_or_whole(const std::string& word,
                                           const Range<std::uint32_t>& range);

template <typename Whole>
CLI::Validator number_within(const Range<Whole>& range) {
  return whole_within(static_cast<std::uint64_t>(range.least),
                      static_cast<std::uint64_t>(range.most));
}

/// Reads "N" or "WxH". Throws UsageError that names `option`.
[[nodiscard]] Size parse_size(const std::string& option, const std::string& text);

/// Reads bytes: a whole number, perhaps with K, M, G or T, alone or followed by i, B or iB; each is
/// 1024 times the one before. Throws UsageError that names `option`.
[[nodiscard]] std::uint64_t parse_bytes(const std::string& option, const std::string& text);

inline constexpr Range<int> kThreadCounts{1, 1024};

/// Threads when no option says: GUIDEDMIXUP_THREADS, else all processors that this process may use.
/// Throws UsageError when the variable is no such number.
[[nodiscard]] int default_threads();

}  // namespace guidedmixup

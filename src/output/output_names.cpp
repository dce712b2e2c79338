// Names of shards and outputs, from numbers and back. One place for both directions, so that what
// is written is always recognised again.
#include <algorithm>
#include <array>
#include <charconv>

#include <guidedmixup/output/output_names.hpp>

#include "output_files.hpp"

namespace guidedmixup {
namespace {

constexpr std::size_t kShardDigits = 5;   // at least
constexpr std::size_t kOutputDigits = 9;  // at least

// With zeros in front, so that names sort as numbers in any listing of files.
std::string digits_of(std::uint64_t number, std::size_t least) {
  std::string digits = std::to_string(number);
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  return digits;
}

}  // namespace

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string shard_name(std::uint64_t shard) { return digits_of(shard, kShardDigits); }

std::string shard_folder(std::uint64_t shard) {
  return std::string(kImagesFolder) + "/" + shard_name(shard);
}

std::string lines_path(std::uint64_t shard, ShardLines which) {
  return shard_folder(shard) + "/" + std::string(lines_file(which));
}

std::string output_name(std::uint64_t number, std::string_view extension) {
  return digits_of(number, kOutputDigits) + "." + std::string(extension);
}

// Exactly the inverse of output_name. A name with other digits ("0000000001.jpg") would be taken
// for ours and removed by --overwrite, although no run of ours writes it.
std::optional<std::uint64_t> output_number(std::string_view name, std::string_view extension) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || name.substr(dot + 1) != extension) return std::nullopt;
  const std::string_view digits = name.substr(0, dot);
  if (!is_number(digits) || digits.size() < kOutputDigits) return std::nullopt;
  // Ten digits or more have no zeros in front, else one number would have two names.
  if (digits.size() > kOutputDigits && digits.front() == '0') return std::nullopt;
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  // More than 64 bits: not ours, and no error either, since anybody may name a file so.
  if (std::from_chars(digits.data(), end, number).ptr != end) return std::nullopt;
  return number;
}

bool is_output_name(std::string_view name) {
  static constexpr std::array kFormats{std::string_view("jpg"), std::string_view("png"),
                                       std::string_view("webp")};
  return std::any_of(kFormats.begin(), kFormats.end(), [&](std::string_view format) {
    return output_number(name, format).has_value();
  });
}

// Paths come from a manifest, which may be damaged or hostile. This form has no ".." and no second
// way to write a name, so what passes can be opened below the output.
bool is_output_path(std::string_view path) {
  // So that a path cannot grow beyond what file systems take.
  constexpr std::size_t kMostDigits = 20;  // of 64 bits
  if (!path.starts_with(kImagesFolder)) return false;
  path.remove_prefix(kImagesFolder.size());
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  const std::size_t digits = path.find('/');
  return digits != std::string_view::npos && digits >= kShardDigits && digits <= kMostDigits &&
         is_number(path.substr(0, digits)) && is_output_name(path.substr(digits + 1));
}

}  // namespace guidedmixup

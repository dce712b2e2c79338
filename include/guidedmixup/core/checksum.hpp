/// Checksums as outputs record them: XXH3 of 64 bits, seed 0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace guidedmixup {

[[nodiscard]] std::uint64_t xxh3_of(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::uint64_t xxh3_of(std::string_view text);

/// 16 hexadecimal digits in lower case.
[[nodiscard]] std::string hex16(std::uint64_t value);

/// "xxh3:" and the checksum of a regular file's content, which is read in pieces. Throws RunError
/// that says why when it cannot be read, without the file's name.
[[nodiscard]] std::string file_digest(const std::string& path);

}  // namespace guidedmixup

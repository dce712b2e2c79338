/// Whole numbers in the bytes of a file, byte by byte, so that neither the machine's byte order nor
/// alignment matters. Private to image_io.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codec.hpp"

namespace guidedmixup::image_io {

/// `count` bytes (1 to 8) from `at`, least significant first. All must be there.
[[nodiscard]] inline std::uint64_t little_endian(Bytes bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
    value = value << 8U | bytes[at + static_cast<std::size_t>(i)];
  return value;
}

/// The same, most significant first.
[[nodiscard]] inline std::uint64_t big_endian(Bytes bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8U | bytes[at + static_cast<std::size_t>(i)];
  return value;
}

}  // namespace guidedmixup::image_io

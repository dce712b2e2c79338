/// The outline of a JPEG, read without decoding it. Private to image_io.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "codec.hpp"

namespace guidedmixup::image_io {

namespace jpeg_marker {
inline constexpr std::uint8_t kStartOfImage = 0xD8;
inline constexpr std::uint8_t kEndOfImage = 0xD9;
inline constexpr std::uint8_t kStartOfScan = 0xDA;
inline constexpr std::uint8_t kApp1 = 0xE1;
}  // namespace jpeg_marker

struct JpegOutline {
  int scans = 0;
  bool has_end = false;  ///< an end marker stands behind the scans, or at the end of the file
};

/// The place of the next marker's code from `at` on, or the number of bytes when there is none.
/// Stuffed zeros and restart markers belong to the data around them.
[[nodiscard]] inline std::size_t next_jpeg_marker(Bytes bytes, std::size_t position) {
  while (position + 1 < bytes.size()) {
    const void* found = std::memchr(bytes.data() + position, 0xFF, bytes.size() - position - 1);
    if (found == nullptr) break;
    position = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data()) + 1;
    const std::uint8_t code = bytes[position];
    const bool is_data = code == 0x00 || code == 0xFF || (code >= 0xD0 && code <= 0xD7);
    if (!is_data) return position;
  }
  return bytes.size();
}

/// Calls `visit` with the code of each marker and the data of its segment, without the length,
/// until it returns false. A segment that the file cuts off has the data that is there.
template <typename Visit>
void for_each_jpeg_segment(Bytes bytes, Visit visit) {
  for (std::size_t position = next_jpeg_marker(bytes, 0); position < bytes.size();
       position = next_jpeg_marker(bytes, position)) {
    const std::uint8_t code = bytes[position++];
    const bool stands_alone =
        code == 0x01 || code == jpeg_marker::kStartOfImage || code == jpeg_marker::kEndOfImage;
    Bytes data;
    if (!stands_alone && position + 2 <= bytes.size()) {
      const std::size_t stated = std::size_t{bytes[position]} << 8U | bytes[position + 1];
      const std::size_t length = std::clamp<std::size_t>(stated, 2, bytes.size() - position);
      data = bytes.subspan(position + 2, length - 2);
      position += length;
    }
    if (!visit(code, data)) return;
  }
}

/// Takes about as long as searching the file for one byte.
[[nodiscard]] inline JpegOutline jpeg_outline(Bytes bytes) {
  JpegOutline outline;
  // A damaged length leads astray; but then the file still ends with the marker.
  outline.has_end = bytes.size() >= 2 && bytes[bytes.size() - 2] == 0xFF &&
                    bytes.back() == jpeg_marker::kEndOfImage;
  for_each_jpeg_segment(bytes, [&](std::uint8_t code, Bytes /*data*/) {
    if (code == jpeg_marker::kStartOfScan) ++outline.scans;
    if (code == jpeg_marker::kEndOfImage) outline.has_end = true;
    return code != jpeg_marker::kEndOfImage;
  });
  return outline;
}

}  // namespace guidedmixup::image_io

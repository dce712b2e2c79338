/// The chunks of a PNG, without their content's meaning. Private to image_io.
#pragma once

#include <cstddef>
#include <string_view>

#include "byte_order.hpp"
#include "codec.hpp"

namespace guidedmixup::image_io {

inline constexpr std::string_view kPngSignature("\x89PNG\r\n\x1A\n", 8);

/// Length, type, data, checksum.
struct PngChunk {
  std::string_view type;  ///< four letters
  Bytes data;
  Bytes whole;

  /// The others may be left out without harm to the pixels, which are wanted without alpha.
  [[nodiscard]] bool is_critical() const { return type[0] >= 'A' && type[0] <= 'Z'; }
  [[nodiscard]] bool has_right_checksum() const;
};

/// Calls `visit` for each chunk from the signature up to and including the last one, IEND. False
/// when the bytes end before that. `bytes` begin with the signature.
template <typename Visit>
bool for_each_chunk(Bytes bytes, Visit visit) {
  constexpr std::size_t kFrame = 12;
  for (Bytes rest = bytes.subspan(kPngSignature.size()); rest.size() >= kFrame;) {
    const std::size_t length = big_endian(rest, 0, 4);
    if (rest.size() - kFrame < length) return false;
    const std::string_view type(reinterpret_cast<const char*>(rest.data()) + 4, 4);
    visit(PngChunk{type, rest.subspan(8, length), rest.first(kFrame + length)});
    if (type == "IEND") return true;
    rest = rest.subspan(kFrame + length);
  }
  return false;
}

struct PngOutline {
  int orientation = 1;   ///< by an eXIf chunk, a raw profile or XMP, as Pillow takes them
  bool has_end = false;  ///< all chunks are there
};

/// Reads all chunks but those of pixels.
[[nodiscard]] PngOutline png_outline(Bytes bytes);

}  // namespace guidedmixup::image_io

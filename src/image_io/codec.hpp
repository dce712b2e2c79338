/// What each format offers to the dispatcher. Private to image_io: one `Codec` for each format, in
/// that format's own file; codecs.cpp holds the table.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/image.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/format.hpp>

namespace guidedmixup::image_io {

using Bytes = std::span<const std::uint8_t>;

/// What the first bytes of a file say.
struct Header {
  Size stored;          ///< as the pixels lie in the file
  int orientation = 1;  ///< EXIF numbering, 1 to 8
  /// False when bytes that are not here might still change the orientation or are missing at the
  /// end of the file.
  bool complete = true;
  /// What decoding takes at its peak beside the file's bytes and the image that it delivers: the
  /// library's own buffers, as far as they grow with the image.
  std::uint64_t work_bytes = 0;
};

/// How the pixels are wanted.
struct PixelRequest {
  DecodeLimits limits;
  std::optional<Size> at_least;  ///< as stored, not upright
  DecodeNotes* notes = nullptr;  ///< never null when a codec is called
};

/// One format. All functions may be called from any thread and print nothing.
struct Codec {
  ImageFormat format;
  bool (*recognises)(Bytes bytes);
  Result<Header> (*read_header)(Bytes bytes);
  /// The pixels as stored: the caller has checked the header against the limits and applies the
  /// orientation.
  Result<Image> (*read_pixels)(Bytes bytes, const Header& header, const PixelRequest& request);
  /// The size of what `read_pixels` delivers for `PixelRequest::at_least`. Null: always as stored.
  Size (*delivered_size)(const Header& header, std::optional<Size> at_least) = nullptr;
};

extern const Codec kJpegCodec;
extern const Codec kPngCodec;
extern const Codec kWebpCodec;
extern const Codec kTiffCodec;
extern const Codec kBmpCodec;
extern const Codec kPnmCodec;

inline SampleError decode_error(RejectCode code, std::string message) {
  return {RejectStage::kDecode, code, std::move(message)};
}

/// True when `bytes` cannot hold an image of that many pixels even if each byte stands for
/// `pixels_per_byte`, the most that the format can reach with an image of one colour. Images of up
/// to a megapixel are always tried.
inline bool too_few_bytes(Bytes bytes, Size size, std::uint64_t pixels_per_byte) {
  const auto pixels = static_cast<std::uint64_t>(size.pixels());
  return pixels > 1'000'000 && pixels / pixels_per_byte > bytes.size();
}

/// A codec's word that there is no memory is no proof: damaged data makes some say so. It is true
/// when the system refused an allocation of this thread since `watch_allocations`.
inline void watch_allocations() { errno = 0; }
[[nodiscard]] inline bool allocation_failed() { return errno == ENOMEM; }

inline bool starts_with(Bytes bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

}  // namespace guidedmixup::image_io

/// From an 8-bit RGB image to the bytes of a file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/image.hpp>
#include <guidedmixup/image_io/format.hpp>

namespace guidedmixup {

struct EncodeOptions {
  ImageFormat format = ImageFormat::kJpeg;  ///< kJpeg, kPng or kWebp
  int quality = 95;                         ///< 1 to 100; PNG takes none and ignores it
};

/// Encodes into `bytes` (replaced; its capacity is reused). JPEG: baseline, 4:2:0, or 4:4:4 when no
/// side is over 64 pixels, accurate DCT. WebP: lossy. Equal pixels and options give equal bytes.
/// Safe to call from any thread. Throws RunError when the codec fails.
void encode_image(ImageView image, const EncodeOptions& options, ByteBuffer& bytes);

/// A one-channel 16-bit PNG, height x width values row by row.
void encode_png16(std::span<const std::uint16_t> values, Size size, ByteBuffer& bytes);

/// A NumPy .npy file (version 1.0) of little-endian float32, C order, shape (height, width).
void encode_npy(std::span<const float> values, Size size, ByteBuffer& bytes);

}  // namespace guidedmixup

/// The arithmetic of resizing. Private to image_io.
#pragma once

#include <cstddef>
#include <cstdint>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup::image_io {

/// A part of an image that would result from scaling.
struct Window {
  int x = 0;
  int y = 0;
  Size size;
};

/// Scales `image` to `scaled` and writes only what lies in `window` to `out`, whose rows are
/// `out_stride` bytes apart. Bilinear, antialiased when an axis shrinks.
void resample(ImageView image, Size scaled, const Window& window, std::uint8_t* out,
              std::size_t out_stride);

}  // namespace guidedmixup::image_io

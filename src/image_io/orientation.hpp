/// EXIF orientation: reading it and turning pixels by it. Private to image_io.
#pragma once

#include "codec.hpp"

namespace guidedmixup::image_io {

/// The orientation that a block of EXIF data asks for, 1 to 8; 1 when there is none, when its value
/// makes no sense, or when the block is damaged. `exif` starts with "Exif\0\0" (JPEG) or directly
/// with the TIFF header (PNG, WebP).
[[nodiscard]] int exif_orientation(Bytes exif);

/// True when turning upright exchanges width and height.
[[nodiscard]] inline bool swaps_sides(int orientation) { return orientation >= 5; }

/// The image as it is to be seen. `orientation` is 1 to 8.
[[nodiscard]] Image turned_upright(const Image& stored, int orientation);

}  // namespace guidedmixup::image_io

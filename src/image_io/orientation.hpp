/// Orientation by EXIF or XMP: reading it and turning pixels by it. Private to image_io.
#pragma once

#include "codec.hpp"
#include "tiff_directory.hpp"

namespace guidedmixup::image_io {

/// The orientation that a file asks for by its EXIF data or else by its XMP packet, 1 to 8; 1 when
/// neither does, when the value makes no sense, or when the data is damaged. The rules are those of
/// Pillow's exif_transpose. Both may be empty. `exif` starts with the TIFF header, or with
/// "Exif\0\0" before it.
[[nodiscard]] int stored_orientation(Bytes exif, Bytes xmp);

/// The same for EXIF data that is read already, which in a TIFF is the image's own directory.
[[nodiscard]] int orientation_of(const TiffDirectory& directory, Bytes xmp);

/// True when turning upright exchanges width and height.
[[nodiscard]] inline bool swaps_sides(int orientation) { return orientation >= 5; }

/// The image as it is to be seen. `orientation` is 1 to 8.
[[nodiscard]] Image turned_upright(const Image& stored, int orientation);

}  // namespace guidedmixup::image_io

/// CIELab as TIFF stores it. Private to image_io.
#pragma once

#include <cstdint>
#include <span>

namespace guidedmixup::image_io {

/// Turns pixels of three bytes from L (0 to 255), a and b (both with sign) under D50 light into
/// sRGB, in place, within one level of what Pillow gives through Little CMS.
void lab_to_rgb(std::span<std::uint8_t> pixels);

}  // namespace guidedmixup::image_io

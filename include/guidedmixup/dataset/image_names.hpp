/// Which file names the walk takes for images.
#pragma once

#include <string_view>

namespace guidedmixup {

/// True for a name that ends in jpg, jpeg, jpe, png, webp, tif, tiff, bmp, ppm, pgm, pbm or pnm, in
/// any case. Only the name is looked at: the content decides when the file is decoded.
[[nodiscard]] bool has_image_extension(std::string_view path);

}  // namespace guidedmixup

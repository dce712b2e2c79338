/// What the walk makes of a name. Only the name is looked at: what a file really is, its content
/// decides when it is decoded.
#pragma once

#include <string_view>

namespace guidedmixup {

/// True for a name that ends in jpg, jpeg, jpe, jfif, jif, jfi, pjpeg, pjp, png, webp, tif, tiff,
/// bmp, ppm, pgm, pbm or pnm, in any case.
[[nodiscard]] bool has_image_extension(std::string_view path);

/// True for a lower-case extension of pictures that no codec here reads: gif, heic, raw formats of
/// cameras and so on.
[[nodiscard]] bool is_unread_picture(std::string_view extension);

/// True for a folder that a system puts among people's own: __MACOSX, lost+found, $RECYCLE.BIN and
/// the like, in any case.
[[nodiscard]] bool is_system_folder(std::string_view name);

}  // namespace guidedmixup

/// The image formats by name.
#pragma once

#include <optional>
#include <string_view>

namespace guidedmixup {

enum class ImageFormat { kJpeg, kPng, kWebp, kTiff, kBmp, kPnm };

/// "jpg", "png", "webp", "tiff", "bmp" or "pnm".
[[nodiscard]] std::string_view to_string(ImageFormat format);

/// True for a file name that the walk takes for an image: jpg, jpeg, png, webp, tif, tiff, bmp,
/// ppm, pgm, pbm, pnm in any case. The content decides when it is decoded.
[[nodiscard]] bool has_image_extension(std::string_view path);

}  // namespace guidedmixup

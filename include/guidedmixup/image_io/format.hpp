/// The image formats by name.
#pragma once

#include <optional>
#include <string_view>

namespace guidedmixup {

enum class ImageFormat { kJpeg, kPng, kWebp, kTiff, kBmp, kPnm };

/// "jpg", "png", "webp", "tiff", "bmp" or "pnm".
[[nodiscard]] std::string_view to_string(ImageFormat format);

/// The format of such a name; nothing for another one.
[[nodiscard]] std::optional<ImageFormat> parse_format(std::string_view name);

}  // namespace guidedmixup

// Names of image formats, as options and manifest write them.
#include <guidedmixup/image_io/format.hpp>

namespace guidedmixup {

// These names are also the extensions of the files that are written.
std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "jpg";
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kWebp:
      return "webp";
    case ImageFormat::kTiff:
      return "tiff";
    case ImageFormat::kBmp:
      return "bmp";
    case ImageFormat::kPnm:
      return "pnm";
  }
  return "unknown";
}

std::optional<ImageFormat> parse_format(std::string_view name) {
  using enum ImageFormat;
  for (const ImageFormat format : {kJpeg, kPng, kWebp, kTiff, kBmp, kPnm}) {
    if (name == to_string(format)) return format;
  }
  return std::nullopt;
}

}  // namespace guidedmixup

// From a format to its encoder. TIFF, BMP and PNM are read only: a training set needs none of them.
#include <string>

#include <guidedmixup/image_io/encode.hpp>

#include "encoders.hpp"

namespace guidedmixup {

void encode_image(ImageView image, const EncodeOptions& options, ByteBuffer& bytes) {
  // PNG loses nothing, so it has no quality.
  if (options.format != ImageFormat::kPng) {
    GUIDEDMIXUP_CHECK(options.quality, >=, 1);
    GUIDEDMIXUP_CHECK(options.quality, <=, 100);
  }
  switch (options.format) {
    case ImageFormat::kJpeg:
      return image_io::encode_jpeg(image, options.quality, bytes);
    case ImageFormat::kPng:
      return image_io::encode_png(image, bytes);
    case ImageFormat::kWebp:
      return image_io::encode_webp(image, options.quality, bytes);
    case ImageFormat::kTiff:
    case ImageFormat::kBmp:
    case ImageFormat::kPnm:
      break;
  }
  throw RunError("cannot write images as " + std::string(to_string(options.format)) +
                 ": expected jpg, png or webp");
}

}  // namespace guidedmixup

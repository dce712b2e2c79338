/// What each format offers for encoding. Private to image_io. All replace the content of `bytes`
/// and throw RunError when the codec fails.
#pragma once

#include <cstdint>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/image.hpp>

namespace guidedmixup::image_io {

void encode_jpeg(ImageView image, int quality, ByteBuffer& bytes);
void encode_png(ImageView image, ByteBuffer& bytes);
void encode_webp(ImageView image, int quality, ByteBuffer& bytes);

}  // namespace guidedmixup::image_io

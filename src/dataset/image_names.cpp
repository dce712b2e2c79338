#include <algorithm>
#include <array>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/dataset/image_names.hpp>

namespace guidedmixup {

bool has_image_extension(std::string_view path) {
  static constexpr std::array<std::string_view, 12> kExtensions = {
      "jpg", "jpeg", "jpe", "png", "webp", "tif", "tiff", "bmp", "ppm", "pgm", "pbm", "pnm"};
  const std::string extension = file_extension(path);
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

}  // namespace guidedmixup

#include "support/fixture.hpp"

#include <algorithm>

namespace guidedmixup::test {

std::vector<Image> fixture_images(int n, int side) {
  const int square = 10 * side / 32;
  const int low = 2 * side / 32;
  const int high = 20 * side / 32;
  std::vector<Image> images;
  for (int b = 0; b < n; ++b) {
    const int top = (b & 2) != 0 ? high : low;
    const int left = (b & 1) != 0 ? high : low;
    Image image({side, side});
    for (int i = 0; i < side; ++i) {
      for (int j = 0; j < side; ++j) {
        const bool inside = i >= top && i < top + square && j >= left && j < left + square;
        for (int c = 0; c < kChannels; ++c) {
          const int noise = (7919 * i + 104729 * j + 1299709 * b + 15485863 * c) % 31;
          const int value = 64 * i / side + 32 * j / side + 10 * c + noise + (inside ? 100 : 0);
          image.row(i)[kChannels * j + c] = static_cast<std::uint8_t>(std::min(value, 255));
        }
      }
    }
    images.push_back(std::move(image));
  }
  return images;
}

Image constant_image(Size size, std::uint8_t value) {
  Image image(size);
  std::fill(image.span().begin(), image.span().end(), value);
  return image;
}

Image noise_image(Size size, std::uint32_t seed) {
  Image image(size);
  std::uint32_t state = seed * 2654435761U + 1U;
  for (std::uint8_t& value : image.span()) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24U);
  }
  return image;
}

std::vector<ImageView> views(const std::vector<Image>& images) {
  std::vector<ImageView> result;
  for (const Image& image : images) result.push_back(image.view());
  return result;
}

}  // namespace guidedmixup::test

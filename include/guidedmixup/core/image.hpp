/// Image sizes and the one image type that crosses the border between files and mixing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/error.hpp>

namespace guidedmixup {

/// A size in pixels.
struct Size {
  int width = 0;
  int height = 0;

  [[nodiscard]] std::int64_t pixels() const { return std::int64_t{width} * height; }
  friend bool operator==(const Size&, const Size&) = default;
};

inline constexpr int kChannels = 3;

/// A read-only look at an image: height x width x 3, 8-bit RGB, rows without padding.
/// Valid while the image that it was made from lives.
struct ImageView {
  const std::uint8_t* pixels = nullptr;
  Size size;

  [[nodiscard]] std::size_t row_bytes() const {
    return static_cast<std::size_t>(size.width) * kChannels;
  }
  [[nodiscard]] std::size_t bytes() const {
    return row_bytes() * static_cast<std::size_t>(size.height);
  }
  [[nodiscard]] const std::uint8_t* row(int y) const {
    return pixels + row_bytes() * static_cast<std::size_t>(y);
  }
  [[nodiscard]] std::span<const std::uint8_t> span() const { return {pixels, bytes()}; }
};

/// An image that owns its pixels: height x width x 3, 8-bit RGB, rows without padding.
class Image {
 public:
  Image() = default;
  /// An image of `size` with all pixels 0. Both sides must be at least 1.
  explicit Image(Size size) : Image(uninitialized(size)) {
    std::fill(pixels_.begin(), pixels_.end(), std::uint8_t{0});
  }
  /// The same without setting the pixels, for who is about to write every one of them.
  [[nodiscard]] static Image uninitialized(Size size) {
    GUIDEDMIXUP_CHECK(size.width, >=, 1);
    GUIDEDMIXUP_CHECK(size.height, >=, 1);
    Image image;
    image.size_ = size;
    image.pixels_.resize(static_cast<std::size_t>(size.pixels()) * kChannels);
    return image;
  }

  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] bool empty() const { return pixels_.empty(); }
  [[nodiscard]] std::uint8_t* row(int y) {
    return pixels_.data() + static_cast<std::size_t>(y) * size_.width * kChannels;
  }
  [[nodiscard]] const std::uint8_t* row(int y) const {
    return pixels_.data() + static_cast<std::size_t>(y) * size_.width * kChannels;
  }
  [[nodiscard]] std::span<std::uint8_t> span() { return pixels_; }
  [[nodiscard]] std::span<const std::uint8_t> span() const { return pixels_; }
  [[nodiscard]] ImageView view() const { return {pixels_.data(), size_}; }

 private:
  Size size_;
  ByteBuffer pixels_;
};

/// An image that several mini-batches may hold at the same time.
using SharedImage = std::shared_ptr<const Image>;

[[nodiscard]] inline SharedImage share(Image image) {
  return std::make_shared<const Image>(std::move(image));
}

[[nodiscard]] inline std::vector<SharedImage> share(std::vector<Image> images) {
  std::vector<SharedImage> shared;
  shared.reserve(images.size());
  for (Image& image : images) shared.push_back(share(std::move(image)));
  return shared;
}

}  // namespace guidedmixup

// Antialiased bilinear resizing: rows first, into one row of float32 sums, then columns. Whatever
// a crop throws away is never computed.
#include <algorithm>
#include <limits>

#include <guidedmixup/image_io/resize.hpp>

#include "resample.hpp"

namespace guidedmixup {
namespace {

// So that twice a side is still an int; only a sliver of an image can come near it.
constexpr std::int64_t kLargestSide = std::numeric_limits<int>::max() / 2;

}  // namespace

Size scaled_size(Size from, Size to, Fit fit) {
  if (fit == Fit::kStretch) return to;
  // Compares to.width / from.width with to.height / from.height.
  // In whole numbers: fractions would have to be compared with a tolerance, and a side could come
  // out one pixel short.
  const std::int64_t by_width = std::int64_t{to.width} * from.height;
  const std::int64_t by_height = std::int64_t{to.height} * from.width;
  // side * numerator / denominator, rounded to nearest, a half upwards.
  const auto scaled = [](int side, int numerator, int denominator) {
    const std::int64_t twice = 2 * std::int64_t{side} * numerator + denominator;
    return static_cast<int>(
        std::clamp<std::int64_t>(twice / (2 * std::int64_t{denominator}), 1, kLargestSide));
  };
  const bool width_decides = fit == Fit::kCover ? by_width >= by_height : by_width <= by_height;
  return width_decides ? Size{to.width, scaled(from.height, to.width, from.width)}
                       : Size{scaled(from.width, to.height, from.height), to.height};
}

Image resize_bilinear(ImageView image, Size size) {
  Image resized = Image::uninitialized(size);
  image_io::resample(image, size, {0, 0, size}, resized.span().data(), resized.view().row_bytes());
  return resized;
}

Image fit_image(ImageView image, Size size, Fit fit) {
  const Size scaled = scaled_size(image.size, size, fit);
  // What of the scaled image is in the result: all of it, or the middle of the longer axis.
  const Size seen = {std::min(scaled.width, size.width), std::min(scaled.height, size.height)};
  // Of the two differences on each axis one is zero: a crop has no margin.
  const image_io::Window window = {(scaled.width - seen.width) / 2,
                                   (scaled.height - seen.height) / 2, seen};
  const int left = (size.width - seen.width) / 2;
  const int top = (size.height - seen.height) / 2;
  // The margin is black: `Image(size)` sets its pixels to 0.
  Image fitted = seen == size ? Image::uninitialized(size) : Image(size);
  image_io::resample(image, scaled, window, fitted.row(top) + std::ptrdiff_t{left} * kChannels,
                     fitted.view().row_bytes());
  return fitted;
}

}  // namespace guidedmixup

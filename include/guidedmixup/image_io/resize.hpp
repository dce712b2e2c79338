/// Resizing photographs: bilinear, antialiased when shrinking.
#pragma once

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {

/// Bilinear with half-pixel centres; when an axis shrinks, the triangle filter is widened by the
/// ratio of the lengths and its weights normalised (Pillow's BILINEAR). Results are rounded to
/// nearest and within one level of exact arithmetic. Safe to call from any thread.
[[nodiscard]] Image resize_bilinear(ImageView image, Size size);

/// Scales, then crops or pads, to exactly `size`. Odd margins go to the right and the bottom.
[[nodiscard]] Image fit_image(ImageView image, Size size, Fit fit);

}  // namespace guidedmixup

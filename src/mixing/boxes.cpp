#include <algorithm>
#include <cmath>

#include <guidedmixup/mixing/boxes.hpp>

namespace guidedmixup {

// Two statements, since the arguments of a call have no order.
Pixel draw_pixel(DrawStream& draws, Size size) {
  const auto row = draws.below(static_cast<std::uint32_t>(size.height));
  const auto column = draws.below(static_cast<std::uint32_t>(size.width));
  return {.row = static_cast<int>(row), .column = static_cast<int>(column)};
}

Box box_around(Pixel centre, Size half, Size image) {
  return {.row1 = std::clamp(centre.row - half.height, 0, image.height),
          .column1 = std::clamp(centre.column - half.width, 0, image.width),
          .row2 = std::clamp(centre.row + half.height, 0, image.height),
          .column2 = std::clamp(centre.column + half.width, 0, image.width)};
}

Box cutmix_box(Pixel centre, double lambda, Size image) {
  const double share = std::sqrt(1.0 - lambda);
  // Truncated twice, as in the authors' code: a side of 19 has 9 pixels on either side.
  const auto half = [&](int side) { return static_cast<int>(side * share) / 2; };
  return box_around(centre, {.width = half(image.width), .height = half(image.height)}, image);
}

}  // namespace guidedmixup

/// Boxes that methods cut around a pixel. Images have at least one pixel.
#pragma once

#include <vector>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/mixing/blend.hpp>

namespace guidedmixup {

/// The place of a pixel, from 0.
struct Pixel {
  int row = 0;
  int column = 0;
};

/// Uniform over an image: the row first, then the column.
[[nodiscard]] Pixel draw_pixel(DrawStream& draws, Size size);

/// From half a height (half a width) before the centre to half behind it, clipped to the image:
/// [row - half.height, row + half.height). Halves are at least 0; empty where one is 0.
[[nodiscard]] Box box_around(Pixel centre, Size half, Size image);

/// The box of CutMix as its authors' code cuts it (clovaai/CutMix-PyTorch): sides int(side *
/// sqrt(1 - lambda)), half of them (rounded down) to each side of the centre, clipped to the image.
/// Odd sides lose one pixel, so a side of 1 gives an empty box. lambda lies in [0, 1].
[[nodiscard]] Box cutmix_box(Pixel centre, double lambda, Size image);

/// In pixels. In double: a box of a large image has more than a float32 counts.
[[nodiscard]] inline double area(const Box& box) {
  return static_cast<double>(box.row2 - box.row1) * static_cast<double>(box.column2 - box.column1);
}

/// As draws are recorded: row1, column1, row2, column2.
[[nodiscard]] inline std::vector<int> corners(const Box& box) {
  return {box.row1, box.column1, box.row2, box.column2};
}

}  // namespace guidedmixup

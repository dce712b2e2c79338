/// A smooth hill on an image, for mixings that have one.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// exp(-d^2 / spread) for each pixel, row by row, d being its distance in pixels from the centre
/// (row, column), which may lie between pixels. `spread` is above 0.
[[nodiscard]] inline FloatBuffer bump(std::array<double, 2> centre, double spread, Size size) {
  // A product of one value for the row and one for the column.
  const auto along = [&](int count, double middle) {
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      values.push_back(static_cast<float>(std::exp(-(i - middle) * (i - middle) / spread)));
    }
    return values;
  };
  const std::vector<float> rows = along(size.height, centre[0]);
  const std::vector<float> columns = along(size.width, centre[1]);
  FloatBuffer values;
  values.reserve(rows.size() * columns.size());
  for (const float row : rows) {
    for (const float column : columns) values.push_back(row * column);
  }
  return values;
}

}  // namespace guidedmixup

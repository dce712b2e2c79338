// The Gaussian of the spectral residual: a separable blur in float32, whose border reflects without
// repeating the edge.
#include <algorithm>
#include <cmath>

#include <guidedmixup/core/border.hpp>
#include <guidedmixup/saliency/gaussian_blur.hpp>

#include "vector_loops.hpp"

namespace guidedmixup {
GaussianBlur::GaussianBlur(int kernel, float sigma) {
  GUIDEDMIXUP_CHECK(kernel % 2, ==, 1);
  const int radius = kernel / 2;
  // In double and rounded once at the end: the taps then sum to 1 as nearly as float32 can say.
  double sum = 0.0;
  std::vector<double> weights;
  for (int t = -radius; t <= radius; ++t) {
    weights.push_back(std::exp(-0.5 * t * t / (static_cast<double>(sigma) * sigma)));
    sum += weights.back();
  }
  for (const double weight : weights) taps_.push_back(static_cast<float>(weight / sum));
}

void GaussianBlur::apply(std::vector<float>& map, Size size, std::vector<float>& scratch) const {
  const int radius = static_cast<int>(taps_.size()) / 2;
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  // Both axes one after the other: 14 products for a pixel instead of 49 at kernel 7.
  // Down the columns, into rows with a margin on either side.
  const std::size_t stride = width + 2 * static_cast<std::size_t>(radius);
  scratch.resize(stride * height);
  std::vector<const float*> rows;
  rows.reserve(height + 2 * static_cast<std::size_t>(radius));
  // Pointers to rows reflect the upper and lower border without a copy of any row.
  for (int y = -radius; y < size.height + radius; ++y) {
    rows.push_back(map.data() + width * static_cast<std::size_t>(reflect(y, size.height)));
  }
  vector_loops::convolve_columns(rows.data(), height, width, taps_, scratch.data() + radius,
                                 stride);
  // Along the rows, whose margins reflect them: a few values for each row, and then the loop over
  // its pixels needs no test at its ends.
  for (int t = 1; t <= radius; ++t) {
    const int left = reflect(-t, size.width);
    const int right = reflect(size.width - 1 + t, size.width);
    float* row = scratch.data() + radius;
    for (std::size_t y = 0; y < height; ++y, row += stride) {
      row[-t] = row[left];
      row[size.width - 1 + t] = row[right];
    }
  }
  vector_loops::convolve_rows(scratch.data(), stride, height, width, taps_, map.data());
}

}  // namespace guidedmixup

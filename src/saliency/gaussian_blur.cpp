#include <algorithm>
#include <cmath>

#include <guidedmixup/saliency/gaussian_blur.hpp>

#include "vector_loops.hpp"

namespace guidedmixup {
namespace {

int reflect(int index, int length) {
  if (length == 1) return 0;
  while (index < 0 || index >= length) {
    index = index < 0 ? -index : 2 * (length - 1) - index;
  }
  return index;
}

}  // namespace

GaussianBlur::GaussianBlur(int kernel, float sigma) {
  GUIDEDMIXUP_CHECK(kernel % 2, ==, 1);
  const int radius = kernel / 2;
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
  const std::size_t width = static_cast<std::size_t>(size.width);
  scratch.resize(map.size());
  std::vector<const float*> rows(taps_.size());
  // Down the columns: for each output row, the weighted sum of the rows around it.
  for (int y = 0; y < size.height; ++y) {
    for (int t = -radius; t <= radius; ++t) {
      rows[t + radius] = map.data() + width * static_cast<std::size_t>(reflect(y + t, size.height));
    }
    vector_loops::sum_weighted_rows(rows.data(), taps_.data(), taps_.size(), width,
                                    scratch.data() + width * static_cast<std::size_t>(y));
  }
  // Along each row: the weighted sum of shifted copies, which are one copy with reflected margins.
  std::vector<float> padded(width + 2 * static_cast<std::size_t>(radius));
  for (std::size_t t = 0; t < rows.size(); ++t) rows[t] = padded.data() + t;
  for (int y = 0; y < size.height; ++y) {
    const float* in = scratch.data() + width * static_cast<std::size_t>(y);
    std::copy(in, in + width, padded.begin() + radius);
    for (int t = 1; t <= radius; ++t) {
      padded[radius - t] = in[reflect(-t, size.width)];
      padded[radius + size.width - 1 + t] = in[reflect(size.width - 1 + t, size.width)];
    }
    vector_loops::sum_weighted_rows(rows.data(), taps_.data(), taps_.size(), width,
                                    map.data() + width * static_cast<std::size_t>(y));
  }
}

}  // namespace guidedmixup

#include <algorithm>
#include <cmath>

#include <guidedmixup/saliency/gaussian_blur.hpp>

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
  scratch.assign(map.size(), 0.0F);
  // Down the columns first: whole rows times one tap, which vectorises.
  for (int y = 0; y < size.height; ++y) {
    float* out = scratch.data() + width * static_cast<std::size_t>(y);
    for (int t = -radius; t <= radius; ++t) {
      const float* in = map.data() + width * static_cast<std::size_t>(reflect(y + t, size.height));
      const float tap = taps_[t + radius];
      for (std::size_t x = 0; x < width; ++x) out[x] += tap * in[x];
    }
  }
  // Then along each row, from a copy that carries its reflected margins.
  std::vector<float> padded(width + 2 * static_cast<std::size_t>(radius));
  for (int y = 0; y < size.height; ++y) {
    const float* in = scratch.data() + width * static_cast<std::size_t>(y);
    float* out = map.data() + width * static_cast<std::size_t>(y);
    std::copy(in, in + width, padded.begin() + radius);
    for (int t = 1; t <= radius; ++t) {
      padded[radius - t] = in[reflect(-t, size.width)];
      padded[radius + size.width - 1 + t] = in[reflect(size.width - 1 + t, size.width)];
    }
    std::fill(out, out + width, 0.0F);
    for (std::size_t t = 0; t < taps_.size(); ++t) {
      const float tap = taps_[t];
      for (std::size_t x = 0; x < width; ++x) out[x] += tap * padded[x + t];
    }
  }
}

}  // namespace guidedmixup

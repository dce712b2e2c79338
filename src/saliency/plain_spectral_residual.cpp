#include "plain_spectral_residual.hpp"

#include <cmath>
#include <complex>
#include <numeric>

#include <guidedmixup/core/border.hpp>
#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/fourier.hpp>
#include <guidedmixup/saliency/spectral_formulas.hpp>

namespace guidedmixup {
namespace {

using Complex = std::complex<float>;

using Spectrum = std::vector<Complex, AlignedAllocator<Complex>>;

void transform(Spectrum& values, Size grid, FourierDirection direction) {
  transform_image(reinterpret_cast<float*>(values.data()), grid, direction);
}

// F of greys in 0..1. The mean is taken out before the transform, because its rounding would spread
// over the small coefficients; F(0, 0) is then set to the sum.
Spectrum spectrum_of(std::span<const float> grey, Size grid, double sum) {
  // A whole number, so that the differences of whole grey levels stay exact.
  const auto mean = static_cast<float>(std::round(sum / static_cast<double>(grey.size())));
  Spectrum spectrum;
  spectrum.reserve(grey.size());
  for (const float level : grey) spectrum.emplace_back(level - mean);
  transform(spectrum, grid, FourierDirection::kForward);
  spectrum[0] = static_cast<float>(sum);
  for (Complex& value : spectrum) value /= static_cast<float>(kGreyUnit);
  return spectrum;
}

// The mean of L over 3 x 3 frequencies; the border of the array repeats, although the spectrum goes
// on periodically.
float local_mean(const std::vector<float>& logs, Size grid, int u, int v) {
  float sum = 0.0F;
  for (int a = -1; a <= 1; ++a) {
    for (int b = -1; b <= 1; ++b) {
      sum += logs[repeat(u + a, grid.height) * grid.width + repeat(v + b, grid.width)];
    }
  }
  return sum / 9.0F;
}

}  // namespace

std::vector<float> plain_spectral_residual(std::span<const float> grey, Size grid, double floor) {
  const double sum = std::accumulate(grey.begin(), grey.end(), 0.0);
  Spectrum spectrum = spectrum_of(grey, grid, sum);
  const auto least = static_cast<float>(floor * sum / kGreyUnit);
  std::vector<float> logs;
  logs.reserve(spectrum.size());
  for (Complex& value : spectrum) {
    if (std::norm(value) < least * least) value = 0.0F;
    logs.push_back(0.5F * std::log(std::norm(value) + kLogOffset));  // L = ln A
  }
  for (int u = 0; u < grid.height; ++u) {
    for (int v = 0; v < grid.width; ++v) {
      const int k = u * grid.width + v;
      const float residual = std::exp(logs[k] - local_mean(logs, grid, u, v));
      spectrum[k] *= residual / std::exp(logs[k]);  // F R / A
    }
  }
  transform(spectrum, grid, FourierDirection::kInverse);
  std::vector<float> map;
  map.reserve(spectrum.size());
  for (const Complex& value : spectrum) {
    // The spectrum was not Hermitian, so the values have an imaginary part.
    map.push_back(std::abs(value) / static_cast<float>(grey.size()));
  }
  return map;
}

}  // namespace guidedmixup

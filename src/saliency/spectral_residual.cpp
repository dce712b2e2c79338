// The spectrum of an image, its log amplitude less the local mean, and back: equation by equation.
// Knows no files, threads or mixing.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "half_spectrum.hpp"
#include "imaginary_part.hpp"
#include "vector_loops.hpp"

namespace guidedmixup {
namespace {

// In double. Eight sums side by side, in an order that is fixed here, so that the compiler may use
// vectors of any width.
double sum_of(std::span<const float> values) {
  constexpr std::size_t kSums = 8;
  double sums[kSums] = {};
  const std::size_t whole = values.size() / kSums * kSums;
  for (std::size_t i = 0; i < whole; i += kSums) {
    for (std::size_t s = 0; s < kSums; ++s) sums[s] += static_cast<double>(values[i + s]);
  }
  double sum = 0.0;
  for (std::size_t i = whole; i < values.size(); ++i) sum += static_cast<double>(values[i]);
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace

Size spectral_grid(Size size) {
  // Only the rows are looked at (released code), so a wide image of few rows keeps its size.
  return size.height > kSpectralGrid ? Size{kSpectralGrid, kSpectralGrid} : size;
}

void grey_on_grid(ImageView image, Size grid, std::vector<float>& grey) {
  const auto width = static_cast<std::size_t>(image.size.width);
  grey.resize(static_cast<std::size_t>(grid.pixels()));
  if (grid == image.size) {
    vector_loops::grey_levels(image.pixels, image.bytes(), grey.size(), grey.data());
    return;
  }
  const BilinearAxis rows(image.size.height, grid.height);
  const BilinearAxis columns(image.size.width, grid.width);
  std::vector<float> upper(width);
  std::vector<float> lower(width);
  std::vector<float> between(width);
  const auto grey_row = [&](int y, std::vector<float>& out) {
    const std::size_t before = image.row_bytes() * static_cast<std::size_t>(y);
    vector_loops::grey_levels(image.row(y), image.bytes() - before, width, out.data());
  };
  for (int y = 0; y < grid.height; ++y) {
    // When the grid is finer than the image, or as fine, the next pair of rows begins with the last
    // one.
    if (y > 0 && rows.first[y] == rows.second[y - 1]) {
      std::swap(upper, lower);
    } else {
      grey_row(rows.first[y], upper);
    }
    grey_row(rows.second[y], lower);
    // Down first, so that only one row has to be interpolated along.
    vector_loops::between_rows(upper.data(), lower.data(), rows.weight[y], width, between.data());
    columns.apply(between.data(), grey.data() + static_cast<std::size_t>(y) * grid.width);
  }
}

struct SpectralResidual::Workspace {
  Workspace(Size size, double spectrum_floor)
      : floor_share(spectrum_floor),
        spectrum(size),
        imaginary_part(size),
        logs(spectrum.layout().log_stride * spectrum.layout().height),
        row_sums(logs.size()) {}

  // F and L from the greys, whose sum is `sum`.
  void analyse(std::span<const float> grey, double sum);
  // F * R / A with R = exp(L - mean(L)) and A = exp(L), which is F * exp(-mean(L)): its symmetric
  // part stays in the spectrum, the other goes to the imaginary part.
  void apply_residual();

  double floor_share;
  HalfSpectrum spectrum;
  ImaginaryPart imaginary_part;
  // L and its sums along rows S: see SpectrumLayout::log_stride.
  std::vector<float> logs;
  std::vector<float> row_sums;
};

void SpectralResidual::Workspace::analyse(std::span<const float> grey, double sum) {
  // The mean is taken out before the transform and F(0, 0) is set to the sum: it is most of it, and
  // its rounding would spread over the small coefficients, whose phases shape the map.
  // A whole number, so that the difference of whole grey levels stays exact.
  spectrum.forward(grey, static_cast<float>(std::round(sum / static_cast<double>(grey.size()))));
  spectrum.values()[0] = static_cast<float>(sum);
  const auto floor = static_cast<float>(floor_share * sum / kGreyUnit);
  const SpectrumLayout& layout = spectrum.layout();
  spectrum_loops::scale_and_log(layout, static_cast<float>(1.0 / kGreyUnit), floor * floor,
                                spectrum.values(), logs.data());
  // In front of column 0 the border repeats. Behind the last column kept the array goes on, with
  // the mirror of a column that is kept: L(u, v) = L(-u, -v).
  for (std::size_t u = 0; u < layout.height; ++u) {
    float* row = logs.data() + u * layout.log_stride;
    row[0] = row[1];
    row[layout.columns + 1] = layout.columns == layout.width
                                  ? row[layout.columns]
                                  : logs[mirrored_frequency(u, layout.height) * layout.log_stride +
                                         1 + layout.width - layout.columns];
  }
}

void SpectralResidual::Workspace::apply_residual() {
  const SpectrumLayout& layout = spectrum.layout();
  spectrum_loops::sum_along_rows(layout, logs.data(), row_sums.data());
  spectrum_loops::apply_gain(layout, row_sums.data(), spectrum.values());
  imaginary_part.split_off(spectrum, logs.data(), row_sums.data());
}

SpectralResidual::SpectralResidual(Size grid, double floor)
    : work_(std::make_unique<Workspace>(grid, floor)) {}
SpectralResidual::~SpectralResidual() = default;

void SpectralResidual::residual(std::span<const float> grey, std::vector<float>& map) {
  Workspace& work = *work_;
  const SpectrumLayout& layout = work.spectrum.layout();
  GUIDEDMIXUP_CHECK(grey.size(), ==, layout.width * layout.height);
  work.analyse(grey, sum_of(grey));
  work.apply_residual();
  work.spectrum.inverse();
  map.resize(grey.size());
  spectrum_loops::magnitude(layout, work.spectrum.row_pairs(), work.imaginary_part.products(),
                            1.0F / static_cast<float>(grey.size()), map.data());
}

}  // namespace guidedmixup

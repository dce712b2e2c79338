// The spectrum of an image, its log amplitude less the local mean, and back: equation by equation.
// Knows no files, threads or mixing.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "odd_part.hpp"
#include "real_transform.hpp"
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
    if (y > 0 && rows.first[y] == rows.second[y - 1]) {
      std::swap(upper, lower);
    } else {
      grey_row(rows.first[y], upper);
    }
    grey_row(rows.second[y], lower);
    vector_loops::between_rows(upper.data(), lower.data(), rows.weight[y], width, between.data());
    columns.apply(between.data(), grey.data() + static_cast<std::size_t>(y) * grid.width);
  }
}

struct SpectralResidual::Workspace {
  Workspace(Size size, double spectrum_floor)
      : floor_share(spectrum_floor),
        transform(size),
        odd_part(size),
        logs(transform.layout().log_stride * transform.layout().height),
        sums(logs.size()) {}

  // Fills the spectrum and `logs`; `sum` is that of the grey levels.
  void analyse(std::span<const float> grey, double sum);
  // F * R / A with R = exp(L - mean(L)) and A = exp(L), which is F * exp(-mean(L)).
  void apply_residual();

  double floor_share;
  RealTransform transform;
  OddPart odd_part;
  // Logarithms of the amplitudes and their sums along rows: see SpectrumLayout::log_stride.
  std::vector<float> logs;
  std::vector<float> sums;
};

void SpectralResidual::Workspace::analyse(std::span<const float> grey, double sum) {
  // The mean is taken out before the transform and F(0, 0) is set to the sum: it is most of it, and
  // its rounding would spread over the small coefficients, whose phases shape the map.
  // A whole number, so that the difference of whole grey levels stays exact.
  transform.forward(grey, static_cast<float>(std::round(sum / static_cast<double>(grey.size()))));
  transform.spectrum()[0] = static_cast<float>(sum);
  const auto floor = static_cast<float>(floor_share * sum / kGreyUnit);
  const SpectrumLayout& at = transform.layout();
  spectrum_loops::scale_and_log(at, static_cast<float>(1.0 / kGreyUnit), floor * floor,
                                transform.spectrum(), logs.data());
  // Before the first column the border repeats; behind the half its mirror goes on.
  for (std::size_t y = 0; y < at.height; ++y) {
    float* row = logs.data() + y * at.log_stride;
    row[0] = row[1];
    row[at.half + 1] =
        at.half == at.width
            ? row[at.half]
            : logs[SpectrumLayout::mirror(y, at.height) * at.log_stride + 1 + at.width - at.half];
  }
}

void SpectralResidual::Workspace::apply_residual() {
  const SpectrumLayout& at = transform.layout();
  spectrum_loops::sum_along_rows(at, logs.data(), sums.data());
  spectrum_loops::apply_gain(at, sums.data(), transform.spectrum());
  odd_part.take_from(transform, logs.data(), sums.data());
}

SpectralResidual::SpectralResidual(Size grid, double floor)
    : work_(std::make_unique<Workspace>(grid, floor)) {}
SpectralResidual::~SpectralResidual() = default;

void SpectralResidual::residual(std::span<const float> grey, std::vector<float>& map) {
  Workspace& work = *work_;
  const SpectrumLayout& at = work.transform.layout();
  GUIDEDMIXUP_CHECK(grey.size(), ==, at.width * at.height);
  work.analyse(grey, sum_of(grey));
  work.apply_residual();
  work.transform.inverse();
  map.resize(grey.size());
  spectrum_loops::magnitude(at, work.transform.pairs(), work.odd_part.imaginary(),
                            1.0F / static_cast<float>(grey.size()), map.data());
}

}  // namespace guidedmixup

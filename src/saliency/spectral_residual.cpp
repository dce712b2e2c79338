// The spectrum of an image, its log amplitude less the local mean, and back: equation by equation.
// Knows FFTW; knows no files, threads or mixing.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include <fftw3.h>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/core/sum.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "vector_loops.hpp"

namespace guidedmixup {
namespace {

// Complex values live in plain floats (re, im, re, im, ...), 64-byte aligned as FFTW's vector code
// wants them.
struct FftwFree {
  void operator()(float* memory) const { fftwf_free(memory); }
};
using FftwBuffer = std::unique_ptr<float[], FftwFree>;

FftwBuffer fftw_buffer(std::size_t floats) {
  auto* memory = static_cast<float*>(fftwf_malloc(floats * sizeof(float)));
  if (memory == nullptr) throw std::bad_alloc();
  return FftwBuffer(memory);
}

fftwf_complex* as_complex(float* memory) { return reinterpret_cast<fftwf_complex*>(memory); }

struct DestroyPlan {
  void operator()(fftwf_plan plan) const { fftwf_destroy_plan(plan); }
};
using FftwPlan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, DestroyPlan>;

struct Transforms {
  FftwPlan forward;  // real to half-complex: the input is real
  FftwPlan inverse;  // complex: the filtered spectrum is not Hermitian
};

// FFTW's planner is not thread-safe and its plans can be shared, so each size is planned once for
// the whole program. FFTW_ESTIMATE, since FFTW_MEASURE chooses by the clock and two runs could
// differ in the last bit. There are only a few sizes, so all are kept until the program ends.
const Transforms& transforms_for(Size grid) {
  static std::mutex mutex;
  static std::map<std::pair<int, int>, Transforms> planned;
  const std::lock_guard lock(mutex);
  Transforms& entry = planned[{grid.height, grid.width}];
  if (entry.forward == nullptr) {
    const auto pixels = static_cast<std::size_t>(grid.pixels());
    const FftwBuffer real = fftw_buffer(pixels);
    const FftwBuffer spectrum = fftw_buffer(2 * pixels);
    const FftwBuffer result = fftw_buffer(2 * pixels);
    entry.forward.reset(fftwf_plan_dft_r2c_2d(grid.height, grid.width, real.get(),
                                              as_complex(spectrum.get()), FFTW_ESTIMATE));
    entry.inverse.reset(fftwf_plan_dft_2d(grid.height, grid.width, as_complex(spectrum.get()),
                                          as_complex(result.get()), FFTW_BACKWARD, FFTW_ESTIMATE));
    GUIDEDMIXUP_CHECK(entry.forward != nullptr && entry.inverse != nullptr, ==, true);
  }
  return entry;
}

// The sum of three neighbours along x with the border repeated.
void sum_of_three(const float* in, int width, float* out) {
  if (width == 1) {
    out[0] = 3.0F * in[0];
    return;
  }
  out[0] = 2.0F * in[0] + in[1];
  for (int x = 1; x + 1 < width; ++x) out[x] = in[x - 1] + in[x] + in[x + 1];
  out[width - 1] = in[width - 2] + 2.0F * in[width - 1];
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
    vector_loops::grey_levels(image.pixels, grey.size(), grey.data());
    return;
  }
  const BilinearAxis rows(image.size.height, grid.height);
  const BilinearAxis columns(image.size.width, grid.width);
  std::vector<float> upper(width);
  std::vector<float> lower(width);
  for (int y = 0; y < grid.height; ++y) {
    vector_loops::grey_levels(image.row(rows.first[y]), width, upper.data());
    vector_loops::grey_levels(image.row(rows.second[y]), width, lower.data());
    vector_loops::between_rows(upper.data(), lower.data(), rows.weight[y], width, upper.data());
    float* out = grey.data() + static_cast<std::size_t>(y) * grid.width;
    for (int x = 0; x < grid.width; ++x) {
      const float t = columns.weight[x];
      out[x] = (1.0F - t) * upper[columns.first[x]] + t * upper[columns.second[x]];
    }
  }
}

struct SpectralResidual::Workspace {
  Workspace(Size size, double spectrum_floor)
      : grid(size),
        floor_share(spectrum_floor),
        pixels(static_cast<std::size_t>(size.pixels())),
        plans(transforms_for(size)),
        real(fftw_buffer(pixels)),
        half(fftw_buffer(2 * pixels)),
        full(fftw_buffer(2 * pixels)),
        result(fftw_buffer(2 * pixels)),
        log_amplitude(pixels),
        row_sums(pixels) {}

  // Fills `full` and `log_amplitude` from the half spectrum of `real`, whose mean was taken out;
  // `sum` is that of the grey levels.
  void spectrum_of_real(double sum);
  // F * R / A with R = exp(L - mean(L)) and A = exp(L), which is F * exp(-mean(L)).
  void apply_residual();

  Size grid;
  double floor_share;
  std::size_t pixels;
  const Transforms& plans;
  FftwBuffer real;
  FftwBuffer half;
  FftwBuffer full;
  FftwBuffer result;
  std::vector<float> log_amplitude;
  std::vector<float> row_sums;
};

void SpectralResidual::Workspace::spectrum_of_real(double sum) {
  fftwf_execute_dft_r2c(plans.forward.get(), real.get(), as_complex(half.get()));
  half[0] = static_cast<float>(sum);
  const std::size_t width = static_cast<std::size_t>(grid.width);
  const std::size_t height = static_cast<std::size_t>(grid.height);
  const std::size_t half_width = width / 2 + 1;
  const auto floor = static_cast<float>(floor_share * sum / kGreyUnit);
  const float floor_power = floor * floor;
  constexpr auto kScale = static_cast<float>(1.0 / kGreyUnit);
  for (std::size_t y = 0; y < height; ++y) {
    vector_loops::scale_and_log(half.get() + 2 * y * half_width, kScale, floor_power, half_width,
                                full.get() + 2 * y * width, log_amplitude.data() + y * width);
  }
  // A real image has F(-k) = conj(F(k)), which gives the other half.
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t mirror = y == 0 ? 0 : height - y;
    for (std::size_t x = half_width; x < width; ++x) {
      const std::size_t to = y * width + x;
      const std::size_t from = mirror * width + (width - x);
      full[2 * to] = full[2 * from];
      full[2 * to + 1] = -full[2 * from + 1];
      log_amplitude[to] = log_amplitude[from];
    }
  }
}

void SpectralResidual::Workspace::apply_residual() {
  const int height = grid.height;
  const std::size_t width = static_cast<std::size_t>(grid.width);
  for (int y = 0; y < height; ++y) {
    sum_of_three(log_amplitude.data() + width * y, grid.width, row_sums.data() + width * y);
  }
  for (int y = 0; y < height; ++y) {
    const float* above = row_sums.data() + width * std::max(y - 1, 0);
    const float* here = row_sums.data() + width * y;
    const float* below = row_sums.data() + width * std::min(y + 1, height - 1);
    vector_loops::apply_gain(above, here, below, width, full.get() + 2 * width * y);
  }
}

SpectralResidual::SpectralResidual(Size grid, double floor)
    : work_(std::make_unique<Workspace>(grid, floor)) {}
SpectralResidual::~SpectralResidual() = default;

void SpectralResidual::residual(std::span<const float> grey, std::vector<float>& map) {
  Workspace& work = *work_;
  GUIDEDMIXUP_CHECK(grey.size(), ==, work.pixels);
  const double sum = sum_of_terms(grey.size(), [&](std::size_t i) { return grey[i]; });
  // The mean is taken out before the transform and F(0, 0) is set to the sum: it is most of it, and
  // its rounding would spread over the small coefficients, whose phases shape the map.
  // A whole number, so that the difference of whole grey levels stays exact.
  const auto mean = static_cast<float>(std::round(sum / static_cast<double>(work.pixels)));
  std::transform(grey.begin(), grey.end(), work.real.get(),
                 [mean](float value) { return value - mean; });
  work.spectrum_of_real(sum);
  work.apply_residual();
  fftwf_execute_dft(work.plans.inverse.get(), as_complex(work.full.get()),
                    as_complex(work.result.get()));
  map.resize(work.pixels);
  vector_loops::magnitude(work.result.get(), 1.0F / static_cast<float>(work.pixels), work.pixels,
                          map.data());
}

}  // namespace guidedmixup

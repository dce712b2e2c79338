// The spectrum of an image, its log amplitude less the local mean, and back: equation by equation.
// Knows FFTW; knows no files, threads or mixing.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include <fftw3.h>

#include <guidedmixup/core/bilinear.hpp>
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

// All in place on one array of complex values, whose rows lie a little more than their width apart:
// rows that are a power of two apart share too few places of a cache, and cost a quarter more.
std::size_t row_stride(Size grid) { return static_cast<std::size_t>(grid.width) + 4; }

// The columns of a real image's spectrum that are not the mirror of another.
std::size_t half_width(Size grid) { return static_cast<std::size_t>(grid.width) / 2 + 1; }

// As many as the widest vectors hold; more would be harmless.
constexpr std::size_t kVectorValues = 16;

struct Transforms {
  // Forward, of a real image as complex values: each row, then the columns of the half spectrum.
  // (FFTW's own transform of real values takes nearly twice the time of these two.)
  FftwPlan rows;
  FftwPlan columns;
  FftwPlan inverse;  // of the full array: the filtered spectrum is not Hermitian
};

Transforms plan_transforms(Size grid) {
  const int stride = static_cast<int>(row_stride(grid));
  const FftwBuffer memory = fftw_buffer(2 * row_stride(grid) * grid.height);
  fftwf_complex* const values = as_complex(memory.get());
  const int sizes[2] = {grid.height, grid.width};
  const int storage[2] = {grid.height, stride};
  Transforms plans;
  plans.rows.reset(fftwf_plan_many_dft(1, &grid.width, grid.height, values, nullptr, 1, stride,
                                       values, nullptr, 1, stride, FFTW_FORWARD, FFTW_ESTIMATE));
  plans.columns.reset(fftwf_plan_many_dft(1, &grid.height, static_cast<int>(half_width(grid)),
                                          values, nullptr, stride, 1, values, nullptr, stride, 1,
                                          FFTW_FORWARD, FFTW_ESTIMATE));
  plans.inverse.reset(fftwf_plan_many_dft(2, sizes, 1, values, storage, 1, 0, values, storage, 1, 0,
                                          FFTW_BACKWARD, FFTW_ESTIMATE));
  GUIDEDMIXUP_CHECK(plans.rows && plans.columns && plans.inverse, ==, true);
  return plans;
}

// FFTW's planner is not thread-safe and its plans can be shared, so each size is planned once for
// the whole program. FFTW_ESTIMATE, since FFTW_MEASURE chooses by the clock and two runs could
// differ in the last bit. There are only a few sizes, so all are kept until the program ends.
const Transforms& transforms_for(Size grid) {
  static std::mutex mutex;
  static std::map<std::pair<int, int>, Transforms> planned;
  const std::lock_guard lock(mutex);
  const auto [entry, is_new] = planned.try_emplace({grid.height, grid.width});
  if (is_new) entry->second = plan_transforms(grid);
  return entry->second;
}

// The sum of three neighbours along x with the border repeated.
void sum_of_three(const float* in, std::size_t width, float* out) {
  if (width == 1) {
    out[0] = 3.0F * in[0];
    return;
  }
  out[0] = 2.0F * in[0] + in[1];
  vector_loops::sum_rows(in, in + 1, in + 2, width - 2, out + 1);
  out[width - 1] = in[width - 2] + 2.0F * in[width - 1];
}

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
    vector_loops::grey_levels(image.pixels, grey.size(), grey.data());
    return;
  }
  const BilinearAxis rows(image.size.height, grid.height);
  const BilinearAxis columns(image.size.width, grid.width);
  std::vector<float> upper(width);
  std::vector<float> lower(width);
  std::vector<float> between(width);
  for (int y = 0; y < grid.height; ++y) {
    if (y > 0 && rows.first[y] == rows.second[y - 1]) {
      std::swap(upper, lower);
    } else {
      vector_loops::grey_levels(image.row(rows.first[y]), width, upper.data());
    }
    vector_loops::grey_levels(image.row(rows.second[y]), width, lower.data());
    vector_loops::between_rows(upper.data(), lower.data(), rows.weight[y], width, between.data());
    columns.apply(between.data(), grey.data() + static_cast<std::size_t>(y) * grid.width);
  }
}

struct SpectralResidual::Workspace {
  Workspace(Size size, double spectrum_floor)
      : grid(size),
        floor_share(spectrum_floor),
        width(static_cast<std::size_t>(size.width)),
        height(static_cast<std::size_t>(size.height)),
        plans(transforms_for(size)),
        spectrum(fftw_buffer(2 * row_stride(size) * height)),
        log_amplitude(width * height),
        row_sums(width * height) {}

  [[nodiscard]] float* spectrum_row(std::size_t y) const {
    return spectrum.get() + 2 * row_stride(grid) * y;
  }
  // Fills `spectrum` and `log_amplitude`; `sum` is that of the grey levels.
  void transform(std::span<const float> grey, double sum);
  // F * R / A with R = exp(L - mean(L)) and A = exp(L), which is F * exp(-mean(L)).
  void apply_residual();

  Size grid;
  double floor_share;
  std::size_t width;
  std::size_t height;
  const Transforms& plans;
  FftwBuffer spectrum;
  std::vector<float> log_amplitude;
  std::vector<float> row_sums;
};

void SpectralResidual::Workspace::transform(std::span<const float> grey, double sum) {
  // The mean is taken out before the transform and F(0, 0) is set to the sum: it is most of it, and
  // its rounding would spread over the small coefficients, whose phases shape the map.
  // A whole number, so that the difference of whole grey levels stays exact.
  const auto mean = static_cast<float>(std::round(sum / static_cast<double>(grey.size())));
  for (std::size_t y = 0; y < height; ++y) {
    vector_loops::complex_less(grey.data() + y * width, mean, width, spectrum_row(y));
  }
  fftwf_complex* const values = as_complex(spectrum.get());
  fftwf_execute_dft(plans.rows.get(), values, values);
  fftwf_execute_dft(plans.columns.get(), values, values);
  spectrum[0] = static_cast<float>(sum);
  const auto floor = static_cast<float>(floor_share * sum / kGreyUnit);
  const float floor_power = floor * floor;
  constexpr auto kScale = static_cast<float>(1.0 / kGreyUnit);
  // Whole vectors: what they hold beyond the half is replaced below.
  const std::size_t whole = (half_width(grid) + kVectorValues - 1) / kVectorValues * kVectorValues;
  for (std::size_t y = 0; y < height; ++y) {
    vector_loops::scale_and_log(spectrum_row(y), kScale, floor_power, std::min(whole, width),
                                log_amplitude.data() + y * width);
  }
  // A real image has F(-k) = conj(F(k)), which gives the other half. For an even width the column
  // in the middle mirrors itself; it is taken along, so that these are whole vectors as well.
  const std::size_t first = width - width / 2;
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t mirror = y == 0 ? 0 : height - y;
    vector_loops::mirror(spectrum_row(mirror), log_amplitude.data() + mirror * width, first, width,
                         spectrum_row(y), log_amplitude.data() + y * width);
  }
}

void SpectralResidual::Workspace::apply_residual() {
  for (std::size_t y = 0; y < height; ++y) {
    sum_of_three(log_amplitude.data() + width * y, width, row_sums.data() + width * y);
  }
  for (std::size_t y = 0; y < height; ++y) {
    const float* here = row_sums.data() + width * y;
    const float* above = y == 0 ? here : here - width;
    const float* below = y + 1 == height ? here : here + width;
    vector_loops::apply_gain(above, here, below, width, spectrum_row(y));
  }
}

SpectralResidual::SpectralResidual(Size grid, double floor)
    : work_(std::make_unique<Workspace>(grid, floor)) {}
SpectralResidual::~SpectralResidual() = default;

void SpectralResidual::residual(std::span<const float> grey, std::vector<float>& map) {
  Workspace& work = *work_;
  GUIDEDMIXUP_CHECK(grey.size(), ==, work.width * work.height);
  const double sum = sum_of(grey);
  work.transform(grey, sum);
  work.apply_residual();
  fftwf_complex* const values = as_complex(work.spectrum.get());
  fftwf_execute_dft(work.plans.inverse.get(), values, values);
  map.resize(grey.size());
  for (std::size_t y = 0; y < work.height; ++y) {
    vector_loops::magnitude(work.spectrum_row(y), 1.0F / static_cast<float>(grey.size()),
                            work.width, map.data() + y * work.width);
  }
}

}  // namespace guidedmixup

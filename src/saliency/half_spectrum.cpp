// Knows FFTW; knows nothing of saliency.
#include "half_spectrum.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <type_traits>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/spare.hpp>

namespace guidedmixup {
namespace {

fftwf_complex* as_complex(float* memory) { return reinterpret_cast<fftwf_complex*>(memory); }

struct DestroyPlan {
  void operator()(fftwf_plan plan) const { fftwf_destroy_plan(plan); }
};
using Plan = std::unique_ptr<std::remove_pointer_t<fftwf_plan>, DestroyPlan>;

// FFTW ends the whole process when its planner is refused memory, of which it takes little. Others
// may take theirs meanwhile, so far more must be left.
constexpr std::size_t kPlannerBytes = std::size_t{8} << 20U;

// FFTW takes wide vectors only for a number of lines that fills them, and half as wide ones for the
// 65 columns of a 128. Lines of zeros make up the number.
std::size_t whole_fours(std::size_t lines) { return (lines + 3) / 4 * 4; }

// Transforms in place of `count` lines of `length` values that lie `stride` apart. FFTW_ESTIMATE,
// since FFTW_MEASURE chooses by the clock and two runs could differ in the last bit.
Plan plan_lines(std::size_t length, std::size_t count, std::size_t stride, std::size_t distance,
                int direction) {
  const auto int_of = [](std::size_t value) { return static_cast<int>(value); };
  if (!has_spare_memory(kPlannerBytes)) throw std::bad_alloc();
  const ComplexBuffer memory((length - 1) * stride + (count - 1) * distance + 1);
  fftwf_complex* const values = as_complex(memory.data());
  const int size = int_of(length);
  Plan plan(fftwf_plan_many_dft(1, &size, int_of(count), values, nullptr, int_of(stride),
                                int_of(distance), values, nullptr, int_of(stride), int_of(distance),
                                direction, FFTW_ESTIMATE));
  GUIDEDMIXUP_CHECK(plan != nullptr, ==, true);
  return plan;
}

void execute(const Plan& plan, float* values) {
  fftwf_execute_dft(plan.get(), as_complex(values), as_complex(values));
}

}  // namespace

ComplexBuffer::ComplexBuffer(std::size_t count)
    : memory_(static_cast<float*>(fftwf_malloc(2 * count * sizeof(float)))) {
  if (memory_ == nullptr) throw std::bad_alloc();
  std::fill_n(memory_.get(), 2 * count, 0.0F);
}

struct HalfSpectrum::Plans {
  explicit Plans(const SpectrumLayout& layout)
      : rows(plan_lines(layout.width, whole_fours(layout.pair_count), 1, layout.pair_stride,
                        FFTW_FORWARD)),
        columns(
            plan_lines(layout.height, whole_fours(layout.columns), layout.stride, 1, FFTW_FORWARD)),
        inverse_columns(plan_lines(layout.height, whole_fours(layout.columns), layout.stride, 1,
                                   FFTW_BACKWARD)),
        inverse_rows(plan_lines(layout.width, whole_fours(layout.pair_count), 1, layout.pair_stride,
                                FFTW_BACKWARD)),
        two_rows(plan_lines(layout.width, 2, 1, layout.width, FFTW_BACKWARD)),
        two_columns(plan_lines(layout.height, 2, 1, layout.height, FFTW_BACKWARD)) {}
  Plan rows;
  Plan columns;
  Plan inverse_columns;
  Plan inverse_rows;
  Plan two_rows;
  Plan two_columns;
};

// FFTW's planner is not thread-safe and its plans can be shared, so each size is planned once for
// the whole program. There are only a few sizes, so all are kept until the program ends.
const HalfSpectrum::Plans& HalfSpectrum::plans_for(Size size) {
  static std::mutex mutex;
  static std::map<std::pair<int, int>, Plans> planned;
  const std::lock_guard lock(mutex);
  return planned.try_emplace({size.height, size.width}, SpectrumLayout(size)).first->second;
}

HalfSpectrum::HalfSpectrum(Size size)
    : layout_(size),
      plans_(plans_for(size)),
      values_(layout_.stride * layout_.height),
      row_pairs_(layout_.pair_stride * whole_fours(layout_.pair_count)) {}

void HalfSpectrum::forward(std::span<const float> pixels, float mean) {
  spectrum_loops::pair_rows(layout_, pixels.data(), mean, row_pairs_.data());
  execute(plans_.rows, row_pairs_.data());
  spectrum_loops::split_row_pairs(layout_, row_pairs_.data(), values_.data());
  execute(plans_.columns, values_.data());
}

void HalfSpectrum::inverse() {
  execute(plans_.inverse_columns, values_.data());
  spectrum_loops::join_row_pairs(layout_, values_.data(), row_pairs_.data());
  execute(plans_.inverse_rows, row_pairs_.data());
}

void HalfSpectrum::inverse_two_rows(float* rows) const { execute(plans_.two_rows, rows); }

void HalfSpectrum::inverse_two_columns(float* columns) const {
  execute(plans_.two_columns, columns);
}

}  // namespace guidedmixup

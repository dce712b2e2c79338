// Knows FFTW; knows nothing of saliency.
#include "real_transform.hpp"

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

struct RealTransform::Plans {
  explicit Plans(const SpectrumLayout& at)
      : rows(plan_lines(at.width, whole_fours(at.pairs), 1, at.pair_stride, FFTW_FORWARD)),
        columns(plan_lines(at.height, whole_fours(at.half), at.stride, 1, FFTW_FORWARD)),
        inverse_columns(plan_lines(at.height, whole_fours(at.half), at.stride, 1, FFTW_BACKWARD)),
        inverse_rows(plan_lines(at.width, whole_fours(at.pairs), 1, at.pair_stride, FFTW_BACKWARD)),
        two_rows(plan_lines(at.width, 2, 1, at.width, FFTW_BACKWARD)),
        two_columns(plan_lines(at.height, 2, 1, at.height, FFTW_BACKWARD)) {}
  Plan rows;
  Plan columns;
  Plan inverse_columns;
  Plan inverse_rows;
  Plan two_rows;
  Plan two_columns;
};

// FFTW's planner is not thread-safe and its plans can be shared, so each size is planned once for
// the whole program. There are only a few sizes, so all are kept until the program ends.
const RealTransform::Plans& RealTransform::plans_for(Size size) {
  static std::mutex mutex;
  static std::map<std::pair<int, int>, Plans> planned;
  const std::lock_guard lock(mutex);
  return planned.try_emplace({size.height, size.width}, SpectrumLayout(size)).first->second;
}

RealTransform::RealTransform(Size size)
    : layout_(size),
      plans_(plans_for(size)),
      spectrum_(layout_.stride * layout_.height),
      pairs_(layout_.pair_stride * whole_fours(layout_.pairs)) {}

void RealTransform::forward(std::span<const float> values, float less) {
  spectrum_loops::pair_rows(layout_, values.data(), less, pairs_.data());
  execute(plans_.rows, pairs_.data());
  spectrum_loops::split_pairs(layout_, pairs_.data(), spectrum_.data());
  execute(plans_.columns, spectrum_.data());
}

void RealTransform::inverse() {
  execute(plans_.inverse_columns, spectrum_.data());
  spectrum_loops::join_pairs(layout_, spectrum_.data(), pairs_.data());
  execute(plans_.inverse_rows, pairs_.data());
}

void RealTransform::inverse_two_rows(float* rows) const { execute(plans_.two_rows, rows); }

void RealTransform::inverse_two_columns(float* columns) const {
  execute(plans_.two_columns, columns);
}

}  // namespace guidedmixup

// Complex transforms by FFTW, in place, along rows or columns; and the only calls of its planner,
// which is not safe from several threads.
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include <fftw3.h>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/fourier.hpp>
#include <guidedmixup/core/spare.hpp>

namespace guidedmixup {
namespace {

// FFTW ends the whole process when its planner is refused memory, of which it takes little. Others
// may take theirs meanwhile, so far more must be left.
constexpr std::size_t kPlannerBytes = std::size_t{8} << 20U;

fftwf_complex* as_complex(float* values) { return reinterpret_cast<fftwf_complex*>(values); }

}  // namespace

struct FourierTransform::Plan {
  // FFTW_ESTIMATE, since FFTW_MEASURE chooses by the clock and two runs could differ in the last
  // bit.
  Plan(const FourierLines& lines, FourierDirection direction) {
    const auto int_of = [](std::size_t value) { return static_cast<int>(value); };
    if (!has_spare_memory(kPlannerBytes)) throw std::bad_alloc();
    // Not looked at but for its alignment.
    FloatBuffer memory(
        2 * ((lines.length - 1) * lines.stride + (lines.count - 1) * lines.distance + 1));
    fftwf_complex* const values = as_complex(memory.data());
    const int length = int_of(lines.length);
    const int stride = int_of(lines.stride);
    const int distance = int_of(lines.distance);
    const int sign = direction == FourierDirection::kForward ? FFTW_FORWARD : FFTW_BACKWARD;
    plan = fftwf_plan_many_dft(1, &length, int_of(lines.count), values, nullptr, stride, distance,
                               values, nullptr, stride, distance, sign, FFTW_ESTIMATE);
    GUIDEDMIXUP_CHECK(plan != nullptr, ==, true);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan() { fftwf_destroy_plan(plan); }

  fftwf_plan plan;
};

// The one caller of FFTW's planner. There are only a few kinds of lines, so all plans are kept
// until the program ends.
const FourierTransform::Plan& FourierTransform::plan_for(const FourierLines& lines,
                                                         FourierDirection direction) {
  static std::mutex mutex;
  static std::map<std::pair<FourierLines, FourierDirection>, Plan> planned;
  const std::lock_guard lock(mutex);
  return planned.try_emplace(std::pair(lines, direction), lines, direction).first->second;
}

FourierTransform::FourierTransform(const FourierLines& lines, FourierDirection direction)
    : plan_(&plan_for(lines, direction)) {}

// Executing with other arrays than the planned ones is safe from many threads.
void FourierTransform::apply(float* values) const {
  fftwf_execute_dft(plan_->plan, as_complex(values), as_complex(values));
}

void transform_image(float* values, Size size, FourierDirection direction) {
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  // All rows, then all columns. Not scaled: FFTW's inverse multiplies by the number of pixels,
  // which callers divide out where it matters.
  FourierTransform({.length = width, .count = height, .distance = width}, direction).apply(values);
  FourierTransform({.length = height, .count = width, .stride = width}, direction).apply(values);
}

}  // namespace guidedmixup

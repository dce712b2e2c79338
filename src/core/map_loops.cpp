// Compiled once for each kind of vector unit; the best one is chosen when it is first called. The
// number of lanes decides the order of a sum, so the last bit may differ between kinds of machines.
#include "map_loops.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "map_loops.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace guidedmixup {  // NOLINT(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_HAVE_FLOAT64

using Doubles = hn::ScalableTag<double>;
using Vector = hn::Vec<Doubles>;

HWY_INLINE Vector load_as_double(const float* values) {
  const Doubles d;
  const hn::Rebind<float, Doubles> df;
  return hn::PromoteTo(d, hn::LoadU(df, values));
}

// Sums in double: a map has 50,000 values and more, and its sum, by which all are divided, would
// lose digits in float32.
double sum_weighted(const double* weights, const float* values, std::size_t count) {
  const Doubles d;
  const std::size_t lanes = hn::Lanes(d);
  // Two sums, which do not wait for each other.
  Vector even = hn::Zero(d);
  Vector odd = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    even = hn::MulAdd(hn::LoadU(d, weights + i), load_as_double(values + i), even);
    odd = hn::MulAdd(hn::LoadU(d, weights + i + lanes), load_as_double(values + i + lanes), odd);
  }
  double sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  for (; i < count; ++i) sum += weights[i] * static_cast<double>(values[i]);
  return sum;
}

// One rounding for each value: a factor in float32 would be rounded itself, and the map's sum would
// miss 1 by as much.
void scale(const float* values, std::size_t count, double factor, float* out) {
  const Doubles d;
  const hn::Rebind<float, Doubles> df;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vector product = hn::Mul(load_as_double(values + i), hn::Set(d, factor));
    hn::StoreU(hn::DemoteTo(df, product), df, out + i);
  }
  for (; i < count; ++i) {
    out[i] = static_cast<float>(static_cast<double>(values[i]) * factor);
  }
}

#else  // units without vectors of double, such as 32-bit ARM

double sum_weighted(const double* weights, const float* values, std::size_t count) {
  double sum = 0.0;
  for (std::size_t i = 0; i < count; ++i) sum += weights[i] * static_cast<double>(values[i]);
  return sum;
}

void scale(const float* values, std::size_t count, double factor, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<float>(static_cast<double>(values[i]) * factor);
  }
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {

HWY_EXPORT(sum_weighted);
HWY_EXPORT(scale);

double weighted_sum(const double* weights, const float* values, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(sum_weighted)(weights, values, count);
}

void scale_values(const float* values, std::size_t count, double factor, float* out) {
  HWY_DYNAMIC_DISPATCH(scale)(values, count, factor, out);
}

}  // namespace guidedmixup
#endif

// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include <algorithm>
#include <cstddef>

#include <guidedmixup/core/bilinear.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bilinear_apply.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace guidedmixup {  // NOLINT(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void apply_scalar(const BilinearAxis& axis, const float* in, int from, int to, float* out) {
  for (int o = from; o < to; ++o) {
    const float t = axis.weight[o];
    out[o] = (1.0F - t) * in[axis.first[o]] + t * in[axis.second[o]];
  }
}

// The inputs of as many outputs as a vector holds lie in one vector, when a row is made longer, or
// in two, when it is made up to nearly twice as short, and are taken from there by permutations.
void apply_axis(const BilinearAxis& axis, const float* in, float* out) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  int o = 0;
  for (; o + lanes <= axis.out && 2 * lanes <= axis.in; o += lanes) {
    const int begin = std::min(axis.first[o], axis.in - 2 * lanes);
    const int span = axis.second[o + lanes - 1] - begin + 1;
    if (span > 2 * lanes) {
      apply_scalar(axis, in, o, o + lanes, out);
      continue;
    }
    const auto near = hn::LoadU(d, in + begin);
    const auto far = hn::LoadU(d, in + begin + lanes);
    const auto all = hn::Set(di, lanes);
    const auto value = [&](const int* index) {
      const auto place = hn::Sub(hn::LoadU(di, index), hn::Set(di, begin));
      const auto is_near = hn::Lt(place, all);
      const auto in_vector = hn::IfThenElse(is_near, place, hn::Sub(place, all));
      const auto lane = hn::IndicesFromVec(d, in_vector);
      const auto from_near = hn::TableLookupLanes(near, lane);
      if (span <= lanes) return from_near;
      const auto from_far = hn::TableLookupLanes(far, lane);
      return hn::IfThenElse(hn::RebindMask(d, is_near), from_near, from_far);
    };
    const auto t = hn::LoadU(d, axis.weight.data() + o);
    const auto first = hn::Mul(hn::Sub(hn::Set(d, 1.0F), t), value(axis.first.data() + o));
    const auto second = hn::Mul(t, value(axis.second.data() + o));
    hn::StoreU(hn::Add(first, second), d, out + o);
  }
  apply_scalar(axis, in, o, axis.out, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {

HWY_EXPORT(apply_axis);

void BilinearAxis::apply(const float* in_row, float* out_row) const {
  HWY_DYNAMIC_DISPATCH(apply_axis)(*this, in_row, out_row);
}

}  // namespace guidedmixup
#endif

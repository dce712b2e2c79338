// Resamples one row by the tables of a BilinearAxis. Compiled once for each kind of vector unit;
// the best one is chosen when it is first called.
#include <algorithm>
#include <cstddef>
#include <vector>

#include <guidedmixup/core/bilinear.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bilinear_apply.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace guidedmixup {  // NOLINT(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// What is left of a row, and rows that shrink to less than half.
void apply_scalar(const BilinearAxis& axis, const float* in, int from, int to, float* out) {
  for (int o = from; o < to; ++o) {
    out[o] = interpolate(in[axis.first[o]], in[axis.second[o]], axis.weight[o]);
  }
}

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;
using Places = hn::Vec<hn::RebindToSigned<Floats>>;

HWY_INLINE void store_between(const BilinearAxis& axis, int o, Vector first, Vector second,
                              float* out) {
  const Floats d;
  const Vector t = hn::LoadU(d, axis.weight.data() + o);
  // As `interpolate`, and no step fused: not every unit has that one, and all give the same bits.
  const Vector from_first = hn::Mul(hn::Sub(hn::Set(d, 1.0F), t), first);
  hn::StoreU(hn::Add(from_first, hn::Mul(t, second)), d, out + o);
}

HWY_INLINE Vector from_one(Vector near, Places place) {
  return hn::TableLookupLanes(near, hn::IndicesFromVec(Floats(), place));
}

// Places count from the beginning of `near`; `far` follows it.
HWY_INLINE Vector from_two(Vector near, Vector far, Places place) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const Places all = hn::Set(di, static_cast<int>(hn::Lanes(d)));
  const auto is_near = hn::Lt(place, all);
  const auto lane = hn::IndicesFromVec(d, hn::IfThenElse(is_near, place, hn::Sub(place, all)));
  return hn::IfThenElse(hn::RebindMask(d, is_near), hn::TableLookupLanes(near, lane),
                        hn::TableLookupLanes(far, lane));
}

// The inputs of as many outputs as a vector holds lie in one vector, when a row is made longer, or
// in two, when it is made up to nearly twice as short, and are taken from there by permutations. (A
// gather would do for any length, but loads value after value.)
void apply_axis(const BilinearAxis& axis, const float* in, float* out) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  int o = 0;
  for (; o + lanes <= axis.out && 2 * lanes <= axis.in; o += lanes) {
    // Not beyond the place from which two whole vectors still lie within the row.
    const int begin = std::min(axis.first[o], axis.in - 2 * lanes);
    const int span = axis.second[o + lanes - 1] - begin + 1;
    const auto place = [&](const std::vector<int>& index) {
      return hn::Sub(hn::LoadU(di, index.data() + o), hn::Set(di, begin));
    };
    const Vector near = hn::LoadU(d, in + begin);
    if (span <= lanes) {
      store_between(axis, o, from_one(near, place(axis.first)), from_one(near, place(axis.second)),
                    out);
    } else if (span <= 2 * lanes) {
      const Vector far = hn::LoadU(d, in + begin + lanes);
      store_between(axis, o, from_two(near, far, place(axis.first)),
                    from_two(near, far, place(axis.second)), out);
    } else {
      apply_scalar(axis, in, o, o + lanes, out);
    }
  }
  apply_scalar(axis, in, o, axis.out, out);
}

}  // namespace
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

// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include "spread_row.hpp"

#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "spread_row.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace guidedmixup {  // NOLINT(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void spread_values(const float* in, const BilinearAxis& axis, int from, int to, float* out) {
  for (int o = from; o < to; ++o) {
    const float t = axis.weight[o];
    out[o] = (1.0F - t) * in[axis.first[o]] + t * in[axis.second[o]];
  }
}

// Where a row is made longer, the inputs of neighbouring outputs lie in one vector, and are taken
// from there by a permutation.
void spread(const float* in, const BilinearAxis& axis, float* out) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  int o = 0;
  for (; o + lanes <= axis.out && lanes <= axis.in; o += lanes) {
    const int begin = std::min(axis.first[o], axis.in - lanes);
    if (axis.second[o + lanes - 1] >= begin + lanes) {
      spread_values(in, axis, o, o + lanes, out);
      continue;
    }
    const auto window = hn::LoadU(d, in + begin);
    const auto value = [&](const int* index) {
      const auto in_window = hn::Sub(hn::LoadU(di, index), hn::Set(di, begin));
      return hn::TableLookupLanes(window, hn::IndicesFromVec(d, in_window));
    };
    const auto t = hn::LoadU(d, axis.weight.data() + o);
    const auto first = hn::Mul(hn::Sub(hn::Set(d, 1.0F), t), value(axis.first.data() + o));
    const auto second = hn::Mul(t, value(axis.second.data() + o));
    hn::StoreU(hn::Add(first, second), d, out + o);
  }
  spread_values(in, axis, o, axis.out, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {

HWY_EXPORT(spread);

void spread_row(const float* in, const BilinearAxis& axis, float* out) {
  HWY_DYNAMIC_DISPATCH(spread)(in, axis, out);
}

}  // namespace guidedmixup
#endif

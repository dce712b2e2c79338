// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include "blend_rows.hpp"

#include <guidedmixup/mixing/blend.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "blend_rows.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace guidedmixup {  // NOLINT(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// One row of a map between its two grid rows.
HWY_INLINE Vector map_values(const float* upper, const float* lower, Vector from_upper,
                             Vector from_lower) {
  const Floats d;
  return hn::Add(hn::Mul(from_upper, hn::LoadU(d, upper)),
                 hn::Mul(from_lower, hn::LoadU(d, lower)));
}

// Bytes as kBlendBias + value: an OR instead of a conversion.
HWY_INLINE Vector load_biased(const std::uint8_t* bytes) {
  const Floats d;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::RebindToUnsigned<Floats> d32;
  const auto bias = hn::BitCast(d32, hn::Set(d, kBlendBias));
  return hn::BitCast(d, hn::Or(hn::PromoteTo(d32, hn::LoadU(d8, bytes)), bias));
}

// `blend` for as many values as a vector holds.
HWY_INLINE void store_blend(Vector mask, const std::uint8_t* source, const std::uint8_t* target,
                            std::uint8_t* out) {
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::RebindToUnsigned<Floats> d32;
  const Vector t = load_biased(target);
  const Vector mixed = hn::Add(t, hn::Mul(mask, hn::Sub(load_biased(source), t)));
  hn::StoreU(hn::TruncateTo(d8, hn::BitCast(d32, mixed)), d8, out);
}

// Vectors of a mask that are added in float32 before their lanes go into a double.
constexpr int kStretch = 32;

HWY_INLINE double sum_of_lanes(Vector values) {
  const Floats d;
  HWY_ALIGN float lanes[hn::MaxLanes(d)];
  hn::Store(values, d, lanes);
  double sum = 0.0;
  for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane) sum += static_cast<double>(lanes[lane]);
  return sum;
}

// The maps by value: a pointer to bytes may point to anything, so through references all of them
// would be read again after each store of pixels.
double mix_row(MapRow source_map, MapRow target_map, const std::uint8_t* source,
               const std::uint8_t* target, std::size_t width, std::uint8_t* out) {
  const Floats d;
  const Vector source_upper = hn::Set(d, 1.0F - source_map.weight);
  const Vector source_lower = hn::Set(d, source_map.weight);
  const Vector target_upper = hn::Set(d, 1.0F - target_map.weight);
  const Vector target_lower = hn::Set(d, target_map.weight);
  const std::size_t lanes = hn::Lanes(d);
  // Lane i of the k-th vector of channel values belongs to pixel (k * lanes + i) / 3.
  HWY_ALIGN std::int32_t pixel_of_lane[3 * hn::MaxLanes(d)];
  for (std::size_t i = 0; i < 3 * lanes; ++i) pixel_of_lane[i] = static_cast<std::int32_t>(i / 3);
  const auto first = hn::SetTableIndices(d, pixel_of_lane);
  const auto second = hn::SetTableIndices(d, pixel_of_lane + lanes);
  const auto third = hn::SetTableIndices(d, pixel_of_lane + 2 * lanes);
  const Vector zero = hn::Zero(d);
  Vector lane_sums = zero;
  double total = 0.0;
  int in_stretch = 0;
  std::size_t x = 0;
  for (; x + lanes <= width; x += lanes) {
    const Vector s =
        map_values(source_map.upper + x, source_map.lower + x, source_upper, source_lower);
    const Vector t =
        map_values(target_map.upper + x, target_map.lower + x, target_upper, target_lower);
    const Vector sum = hn::Add(s, t);
    const Vector mask = hn::IfThenElse(hn::Gt(sum, zero), hn::Div(s, sum), hn::Set(d, 0.5F));
    // In float32 for a stretch, in double beyond it.
    lane_sums = hn::Add(lane_sums, mask);
    if (++in_stretch == kStretch) {
      total += sum_of_lanes(lane_sums);
      lane_sums = zero;
      in_stretch = 0;
    }
    const std::size_t at = 3 * x;
    store_blend(hn::TableLookupLanes(mask, first), source + at, target + at, out + at);
    store_blend(hn::TableLookupLanes(mask, second), source + at + lanes, target + at + lanes,
                out + at + lanes);
    store_blend(hn::TableLookupLanes(mask, third), source + at + 2 * lanes, target + at + 2 * lanes,
                out + at + 2 * lanes);
  }
  total += sum_of_lanes(lane_sums);
  for (; x < width; ++x) {
    const auto value = [x](const MapRow& row) {
      return (1.0F - row.weight) * row.upper[x] + row.weight * row.lower[x];
    };
    const float mask = guided_mask(value(source_map), value(target_map));
    total += static_cast<double>(mask);
    for (std::size_t c = 3 * x; c < 3 * x + 3; ++c) out[c] = blend(mask, source[c], target[c]);
  }
  return total;
}

void blend_with(float mask, const std::uint8_t* source, const std::uint8_t* target,
                std::size_t count, std::uint8_t* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    store_blend(hn::Set(d, mask), source + i, target + i, out + i);
  }
  for (; i < count; ++i) out[i] = blend(mask, source[i], target[i]);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {

HWY_EXPORT(mix_row);
HWY_EXPORT(blend_with);

void blend_values(float mask, const std::uint8_t* source, const std::uint8_t* target,
                  std::size_t count, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(blend_with)(mask, source, target, count, out);
}

double mix_guided_row(const MapRow& source_map, const MapRow& target_map,
                      const std::uint8_t* source, const std::uint8_t* target, std::size_t width,
                      std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(mix_row)(source_map, target_map, source, target, width, out);
}

}  // namespace guidedmixup
#endif

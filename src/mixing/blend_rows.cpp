// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include "blend_rows.hpp"

#include <guidedmixup/core/bilinear.hpp>
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

// The mask of a row by the saliency of both images. All by value: a pointer to bytes may point to
// anything, so through references all of it would be read again after each store of pixels.
struct MaskByMaps {
  MapRow source;
  MapRow target;

  HWY_INLINE Vector vector(std::size_t x) const {
    const Floats d;
    const Vector s = map_values(source.upper + x, source.lower + x,
                                hn::Set(d, 1.0F - source.weight), hn::Set(d, source.weight));
    const Vector t = map_values(target.upper + x, target.lower + x,
                                hn::Set(d, 1.0F - target.weight), hn::Set(d, target.weight));
    const Vector sum = hn::Add(s, t);
    return hn::IfThenElse(hn::Gt(sum, hn::Zero(d)), hn::Div(s, sum), hn::Set(d, 0.5F));
  }
  [[nodiscard]] HWY_INLINE float value(std::size_t x) const {
    return guided_mask(interpolate(source.upper[x], source.lower[x], source.weight),
                       interpolate(target.upper[x], target.lower[x], target.weight));
  }
};

// A mask that a mixing made and that lies in memory as a whole.
struct MaskInMemory {
  const float* values;

  HWY_INLINE Vector vector(std::size_t x) const { return hn::LoadU(Floats(), values + x); }
  [[nodiscard]] HWY_INLINE float value(std::size_t x) const { return values[x]; }
};

// Mixes a row, and returns the sum of its mask. Three vectors of channel values belong to one
// vector of pixels, so each value of the mask is spread over three lanes by a table of their
// places.
template <typename Mask>
HWY_INLINE double mix_row(Mask mask_of, const std::uint8_t* source, const std::uint8_t* target,
                          std::size_t width, std::uint8_t* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  // Lane i of the k-th vector of channel values belongs to pixel (k * lanes + i) / 3.
  HWY_ALIGN std::int32_t pixel_of_lane[3 * hn::MaxLanes(d)];
  for (std::size_t i = 0; i < 3 * lanes; ++i) pixel_of_lane[i] = static_cast<std::int32_t>(i / 3);
  const auto first = hn::SetTableIndices(d, pixel_of_lane);
  const auto second = hn::SetTableIndices(d, pixel_of_lane + lanes);
  const auto third = hn::SetTableIndices(d, pixel_of_lane + 2 * lanes);
  Vector lane_sums = hn::Zero(d);
  double total = 0.0;
  int in_stretch = 0;
  std::size_t x = 0;
  for (; x + lanes <= width; x += lanes) {
    const Vector mask = mask_of.vector(x);
    // In float32 for a stretch, in double beyond it.
    lane_sums = hn::Add(lane_sums, mask);
    if (++in_stretch == kStretch) {
      total += sum_of_lanes(lane_sums);
      lane_sums = hn::Zero(d);
      in_stretch = 0;
    }
    const std::size_t c = 3 * x;
    store_blend(hn::TableLookupLanes(mask, first), source + c, target + c, out + c);
    store_blend(hn::TableLookupLanes(mask, second), source + c + lanes, target + c + lanes,
                out + c + lanes);
    store_blend(hn::TableLookupLanes(mask, third), source + c + 2 * lanes, target + c + 2 * lanes,
                out + c + 2 * lanes);
  }
  total += sum_of_lanes(lane_sums);
  // What is left of the row, by the same formulas: a pixel does not depend on where vectors end.
  for (; x < width; ++x) {
    const float mask = mask_of.value(x);
    total += static_cast<double>(mask);
    for (std::size_t c = 3 * x; c < 3 * x + 3; ++c) out[c] = blend(mask, source[c], target[c]);
  }
  return total;
}

double mix_row_by_maps(MapRow source_map, MapRow target_map, const std::uint8_t* source,
                       const std::uint8_t* target, std::size_t width, std::uint8_t* out) {
  return mix_row(MaskByMaps{source_map, target_map}, source, target, width, out);
}

double mix_row_by_mask(const float* mask, const std::uint8_t* source, const std::uint8_t* target,
                       std::size_t width, std::uint8_t* out) {
  return mix_row(MaskInMemory{mask}, source, target, width, out);
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

HWY_EXPORT(mix_row_by_maps);
HWY_EXPORT(mix_row_by_mask);
HWY_EXPORT(blend_with);

void blend_values(float mask, const std::uint8_t* source, const std::uint8_t* target,
                  std::size_t count, std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(blend_with)(mask, source, target, count, out);
}

double mix_guided_row(const MapRow& source_map, const MapRow& target_map,
                      const std::uint8_t* source, const std::uint8_t* target, std::size_t width,
                      std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(mix_row_by_maps)(source_map, target_map, source, target, width, out);
}

double mix_masked_row(const float* mask, const std::uint8_t* source, const std::uint8_t* target,
                      std::size_t width, std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(mix_row_by_mask)(mask, source, target, width, out);
}

}  // namespace guidedmixup
#endif

// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include "vector_loops.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "vector_loops.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/saliency/spectral_formulas.hpp>

HWY_BEFORE_NAMESPACE();
// NOLINTNEXTLINE(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace guidedmixup::vector_loops {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// Calls `step(x)` for each whole vector below `count`, then `rest(x, n)` for the last n values.
template <typename Step, typename Rest>
HWY_INLINE void for_vectors(std::size_t count, const Step& step, const Rest& rest) {
  const std::size_t lanes = hn::Lanes(Floats());
  std::size_t x = 0;
  for (; x + lanes <= count; x += lanes) step(x);
  if (x < count) rest(x, count - x);
}

#if HWY_TARGET != HWY_SCALAR

// Grey levels of as many pixels as a vector of floats holds. It is loaded as bytes of the same
// vector's size, of which the last quarter belongs to the pixels behind.
class GreyLevels {
 public:
  GreyLevels() {
    HWY_ALIGN std::int32_t words[hn::MaxLanes(Floats())];
    const auto lanes = static_cast<std::int32_t>(hn::Lanes(Floats()));
    for (std::int32_t i = 0; i < lanes; ++i) words[i] = 3 * (i / 4) + std::min(i % 4, 2);
    // Four pixels are three words; the fourth word of a block is of no use.
    words_ = hn::SetTableIndices(Integers(), words);
  }

  [[nodiscard]] HWY_INLINE Vector of(const std::uint8_t* rgb) const {
    const Floats d;
    const Integers d32;
    const Bytes d8;
    const auto blocks =
        hn::BitCast(d8, hn::TableLookupLanes(hn::BitCast(d32, hn::LoadU(d8, rgb)), words_));
    const auto channel = [&](int c) {
      alignas(16) std::uint8_t places[16];
      // Byte 0 of each word; 0x80 and beyond give 0.
      for (int i = 0; i < 16; ++i) {
        places[i] = static_cast<std::uint8_t>(i % 4 == 0 ? 3 * (i / 4) + c : 0x80);
      }
      const auto values = hn::TableLookupBytesOr0(blocks, hn::LoadDup128(d8, places));
      return hn::ConvertTo(d, hn::BitCast(d32, values));
    };
    // Whole numbers below 2^24: exact, fused or not.
    Vector grey = hn::Mul(channel(0), hn::Set(d, kGreyRed));
    grey = hn::MulAdd(channel(1), hn::Set(d, kGreyGreen), grey);
    return hn::MulAdd(channel(2), hn::Set(d, kGreyBlue), grey);
  }

 private:
  using Integers = hn::RebindToSigned<Floats>;
  using Bytes = hn::Repartition<std::uint8_t, Floats>;
  decltype(hn::SetTableIndices(Integers(), static_cast<const std::int32_t*>(nullptr))) words_;
};

// How many of `count` pixels it did.
std::size_t grey_vectors(const std::uint8_t* rgb, std::size_t readable, std::size_t count,
                         float* grey) {
  const Floats d;
  const GreyLevels levels;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t x = 0;
  for (; x + lanes <= count && 3 * x + 4 * lanes <= readable; x += lanes) {
    hn::StoreU(levels.of(rgb + 3 * x), d, grey + x);
  }
  return x;
}

#else  // no vectors to shuffle in

std::size_t grey_vectors(const std::uint8_t*, std::size_t, std::size_t, float*) { return 0; }

#endif

void grey_levels(const std::uint8_t* rgb, std::size_t readable, std::size_t count, float* grey) {
  std::size_t x = grey_vectors(rgb, readable, count, grey);
  for (; x < count; ++x) {
    grey[x] = grey_level(rgb + 3 * x);
  }
}

// Products and sum as in `interpolate`, not fused: all machines give the same bits.
void between_rows(const float* upper, const float* lower, float weight, std::size_t count,
                  float* out) {
  const Floats d;
  const Vector from_upper = hn::Set(d, 1.0F - weight);
  const Vector from_lower = hn::Set(d, weight);
  for_vectors(
      count,
      [&](std::size_t x) {
        hn::StoreU(hn::Add(hn::Mul(from_upper, hn::LoadU(d, upper + x)),
                           hn::Mul(from_lower, hn::LoadU(d, lower + x))),
                   d, out + x);
      },
      [&](std::size_t x, std::size_t n) {
        for (std::size_t i = x; i < x + n; ++i) out[i] = interpolate(upper[i], lower[i], weight);
      });
}

// out[x] = sum over t of taps[t] * neighbours(t)[x].
template <typename Neighbours>
HWY_INLINE void sum_taps(std::span<const float> taps, const Neighbours& neighbours,
                         std::size_t count, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const auto value = [&](std::size_t t, std::size_t x) { return hn::LoadU(d, neighbours(t) + x); };
  // Two vectors at a time: their sums do not wait for one another.
  std::size_t start = 0;
  for (; start + 2 * lanes <= count; start += 2 * lanes) {
    Vector tap = hn::Set(d, taps[0]);
    Vector sum0 = hn::Mul(tap, value(0, start));
    Vector sum1 = hn::Mul(tap, value(0, start + lanes));
    for (std::size_t t = 1; t < taps.size(); ++t) {
      tap = hn::Set(d, taps[t]);
      sum0 = hn::MulAdd(tap, value(t, start), sum0);
      sum1 = hn::MulAdd(tap, value(t, start + lanes), sum1);
    }
    hn::StoreU(sum0, d, out + start);
    hn::StoreU(sum1, d, out + start + lanes);
  }
  for_vectors(
      count - start,
      [&](std::size_t i) {
        const std::size_t x = start + i;
        Vector sum = hn::Mul(hn::Set(d, taps[0]), value(0, x));
        for (std::size_t t = 1; t < taps.size(); ++t) {
          sum = hn::MulAdd(hn::Set(d, taps[t]), value(t, x), sum);
        }
        hn::StoreU(sum, d, out + x);
      },
      [&](std::size_t i, std::size_t n) {
        for (std::size_t x = start + i; x < start + i + n; ++x) {
          float sum = taps[0] * neighbours(0)[x];
          for (std::size_t t = 1; t < taps.size(); ++t) sum += taps[t] * neighbours(t)[x];
          out[x] = sum;
        }
      });
}

void convolve_columns(const float* const* rows, std::size_t height, std::size_t width,
                      std::span<const float> taps, float* out, std::size_t stride) {
  for (std::size_t y = 0; y < height; ++y) {
    sum_taps(
        taps, [&](std::size_t t) { return rows[y + t]; }, width, out + stride * y);
  }
}

void convolve_rows(const float* in, std::size_t stride, std::size_t height, std::size_t width,
                   std::span<const float> taps, float* out) {
  for (std::size_t y = 0; y < height; ++y) {
    sum_taps(
        taps, [&](std::size_t t) { return in + stride * y + t; }, width, out + width * y);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup::vector_loops
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup::vector_loops {

// Parameter and argument lists bring their own parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define GUIDEDMIXUP_LOOP(name, parameters, arguments) \
  HWY_EXPORT(name);                                   \
  void name parameters { HWY_DYNAMIC_DISPATCH(name) arguments; }

// NOLINTEND(bugprone-macro-parentheses)

GUIDEDMIXUP_LOOP(grey_levels,
                 (const std::uint8_t* rgb, std::size_t readable, std::size_t count, float* grey),
                 (rgb, readable, count, grey))
GUIDEDMIXUP_LOOP(between_rows,
                 (const float* upper, const float* lower, float weight, std::size_t count,
                  float* out),
                 (upper, lower, weight, count, out))
GUIDEDMIXUP_LOOP(convolve_columns,
                 (const float* const* rows, std::size_t height, std::size_t width,
                  std::span<const float> taps, float* out, std::size_t stride),
                 (rows, height, width, taps, out, stride))
GUIDEDMIXUP_LOOP(convolve_rows,
                 (const float* in, std::size_t stride, std::size_t height, std::size_t width,
                  std::span<const float> taps, float* out),
                 (in, stride, height, width, taps, out))

#undef GUIDEDMIXUP_LOOP

}  // namespace guidedmixup::vector_loops
#endif

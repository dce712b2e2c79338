// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include "vector_loops.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "vector_loops.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

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

HWY_INLINE Vector grey_of(const std::uint8_t* rgb) {
  const Floats d;
  const hn::Rebind<std::uint8_t, Floats> d8;
  const hn::RebindToSigned<Floats> d32;
  hn::Vec<decltype(d8)> r;
  hn::Vec<decltype(d8)> g;
  hn::Vec<decltype(d8)> b;
  hn::LoadInterleaved3(d8, rgb, r, g, b);
  const auto term = [&](auto channel, float weight) {
    return hn::Mul(hn::ConvertTo(d, hn::PromoteTo(d32, channel)), hn::Set(d, weight));
  };
  return hn::Add(hn::Add(term(r, 2989.0F), term(g, 5870.0F)), term(b, 1140.0F));
}

void grey_levels(const std::uint8_t* rgb, std::size_t count, float* grey) {
  const Floats d;
  for_vectors(
      count, [&](std::size_t x) { hn::StoreU(grey_of(rgb + 3 * x), d, grey + x); },
      [&](std::size_t x, std::size_t n) {
        for (std::size_t i = x; i < x + n; ++i) {
          grey[i] = 2989.0F * rgb[3 * i] + 5870.0F * rgb[3 * i + 1] + 1140.0F * rgb[3 * i + 2];
        }
      });
}

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
        for (std::size_t i = x; i < x + n; ++i) {
          out[i] = (1.0F - weight) * upper[i] + weight * lower[i];
        }
      });
}

void sum_weighted_rows(const float* const* rows, const float* taps, std::size_t tap_count,
                       std::size_t count, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const auto row = [&](std::size_t t, std::size_t x) { return hn::LoadU(d, rows[t] + x); };
  // Four vectors at a time: their sums do not wait for one another.
  std::size_t start = 0;
  for (; start + 4 * lanes <= count; start += 4 * lanes) {
    Vector tap = hn::Set(d, taps[0]);
    Vector sum0 = hn::Mul(tap, row(0, start));
    Vector sum1 = hn::Mul(tap, row(0, start + lanes));
    Vector sum2 = hn::Mul(tap, row(0, start + 2 * lanes));
    Vector sum3 = hn::Mul(tap, row(0, start + 3 * lanes));
    for (std::size_t t = 1; t < tap_count; ++t) {
      tap = hn::Set(d, taps[t]);
      sum0 = hn::MulAdd(tap, row(t, start), sum0);
      sum1 = hn::MulAdd(tap, row(t, start + lanes), sum1);
      sum2 = hn::MulAdd(tap, row(t, start + 2 * lanes), sum2);
      sum3 = hn::MulAdd(tap, row(t, start + 3 * lanes), sum3);
    }
    hn::StoreU(sum0, d, out + start);
    hn::StoreU(sum1, d, out + start + lanes);
    hn::StoreU(sum2, d, out + start + 2 * lanes);
    hn::StoreU(sum3, d, out + start + 3 * lanes);
  }
  for_vectors(
      count - start,
      [&](std::size_t i) {
        const std::size_t x = start + i;
        Vector sum = hn::Mul(hn::Set(d, taps[0]), row(0, x));
        for (std::size_t t = 1; t < tap_count; ++t) {
          sum = hn::MulAdd(hn::Set(d, taps[t]), row(t, x), sum);
        }
        hn::StoreU(sum, d, out + x);
      },
      [&](std::size_t i, std::size_t n) {
        for (std::size_t x = start + i; x < start + i + n; ++x) {
          float sum = taps[0] * rows[0][x];
          for (std::size_t t = 1; t < tap_count; ++t) sum += taps[t] * rows[t][x];
          out[x] = sum;
        }
      });
}

void sum_rows(const float* a, const float* b, const float* c, std::size_t count, float* out) {
  const Floats d;
  for_vectors(
      count,
      [&](std::size_t x) {
        const Vector sum =
            hn::Add(hn::Add(hn::LoadU(d, a + x), hn::LoadU(d, b + x)), hn::LoadU(d, c + x));
        hn::StoreU(sum, d, out + x);
      },
      [&](std::size_t x, std::size_t n) {
        for (std::size_t i = x; i < x + n; ++i) out[i] = a[i] + b[i] + c[i];
      });
}

// Logarithms and exponentials have no scalar twin of equal rounding: the last values go through a
// vector filled up with zeros.
constexpr std::size_t kMaxLanes = HWY_MAX_BYTES / sizeof(float);

HWY_INLINE void scale_and_log_vector(float* spectrum, float scale, float floor_power,
                                     float* log_amplitude) {
  const Floats d;
  Vector re;
  Vector im;
  hn::LoadInterleaved2(d, spectrum, re, im);
  re = hn::Mul(re, hn::Set(d, scale));
  im = hn::Mul(im, hn::Set(d, scale));
  Vector power = hn::Add(hn::Mul(re, re), hn::Mul(im, im));
  const auto keep = hn::Ge(power, hn::Set(d, floor_power));
  re = hn::IfThenElseZero(keep, re);
  im = hn::IfThenElseZero(keep, im);
  power = hn::IfThenElseZero(keep, power);
  hn::StoreInterleaved2(re, im, d, spectrum);
  const Vector log = hn::Log(d, hn::Add(power, hn::Set(d, 1e-10F)));
  hn::StoreU(hn::Mul(hn::Set(d, 0.5F), log), d, log_amplitude);
}

void scale_and_log(float* spectrum, float scale, float floor_power, std::size_t count,
                   float* log_amplitude) {
  for_vectors(
      count,
      [&](std::size_t x) {
        scale_and_log_vector(spectrum + 2 * x, scale, floor_power, log_amplitude + x);
      },
      [&](std::size_t x, std::size_t n) {
        float values[2 * kMaxLanes] = {};
        float logs[kMaxLanes];
        std::copy(spectrum + 2 * x, spectrum + 2 * (x + n), values);
        scale_and_log_vector(values, scale, floor_power, logs);
        std::copy(values, values + 2 * n, spectrum + 2 * x);
        std::copy(logs, logs + n, log_amplitude + x);
      });
}

void complex_less(const float* in, float less, std::size_t count, float* out) {
  const Floats d;
  for_vectors(
      count,
      [&](std::size_t x) {
        hn::StoreInterleaved2(hn::Sub(hn::LoadU(d, in + x), hn::Set(d, less)), hn::Zero(d), d,
                              out + 2 * x);
      },
      [&](std::size_t x, std::size_t n) {
        for (std::size_t i = x; i < x + n; ++i) {
          out[2 * i] = in[i] - less;
          out[2 * i + 1] = 0.0F;
        }
      });
}

void mirror(const float* from_spectrum, const float* from_log, std::size_t first, std::size_t width,
            float* spectrum, float* log_amplitude) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  for_vectors(
      width - first,
      [&](std::size_t i) {
        const std::size_t to = first + i;
        const std::size_t from = width - to - lanes + 1;  // of the last lane
        Vector re;
        Vector im;
        hn::LoadInterleaved2(d, from_spectrum + 2 * from, re, im);
        hn::StoreInterleaved2(hn::Reverse(d, re), hn::Neg(hn::Reverse(d, im)), d,
                              spectrum + 2 * to);
        hn::StoreU(hn::Reverse(d, hn::LoadU(d, from_log + from)), d, log_amplitude + to);
      },
      [&](std::size_t i, std::size_t n) {
        for (std::size_t to = first + i; to < first + i + n; ++to) {
          const std::size_t from = width - to;
          spectrum[2 * to] = from_spectrum[2 * from];
          spectrum[2 * to + 1] = -from_spectrum[2 * from + 1];
          log_amplitude[to] = from_log[from];
        }
      });
}

HWY_INLINE void apply_gain_vector(Vector sum_of_nine, float* spectrum) {
  const Floats d;
  const Vector gain = hn::Exp(d, hn::Mul(sum_of_nine, hn::Set(d, -1.0F / 9.0F)));
  Vector re;
  Vector im;
  hn::LoadInterleaved2(d, spectrum, re, im);
  hn::StoreInterleaved2(hn::Mul(re, gain), hn::Mul(im, gain), d, spectrum);
}

void apply_gain(const float* above, const float* here, const float* below, std::size_t count,
                float* spectrum) {
  const Floats d;
  for_vectors(
      count,
      [&](std::size_t x) {
        const Vector sum = hn::Add(hn::Add(hn::LoadU(d, above + x), hn::LoadU(d, here + x)),
                                   hn::LoadU(d, below + x));
        apply_gain_vector(sum, spectrum + 2 * x);
      },
      [&](std::size_t x, std::size_t n) {
        float sums[kMaxLanes] = {};
        float values[2 * kMaxLanes] = {};
        for (std::size_t i = 0; i < n; ++i) sums[i] = above[x + i] + here[x + i] + below[x + i];
        std::copy(spectrum + 2 * x, spectrum + 2 * (x + n), values);
        apply_gain_vector(hn::LoadU(d, sums), values);
        std::copy(values, values + 2 * n, spectrum + 2 * x);
      });
}

HWY_INLINE Vector magnitude_vector(const float* in, float scale) {
  const Floats d;
  Vector re;
  Vector im;
  hn::LoadInterleaved2(d, in, re, im);
  return hn::Mul(hn::Set(d, scale), hn::Sqrt(hn::Add(hn::Mul(re, re), hn::Mul(im, im))));
}

void magnitude(const float* in, float scale, std::size_t count, float* out) {
  const Floats d;
  for_vectors(
      count, [&](std::size_t x) { hn::StoreU(magnitude_vector(in + 2 * x, scale), d, out + x); },
      [&](std::size_t x, std::size_t n) {
        float values[2 * kMaxLanes] = {};
        float results[kMaxLanes];
        std::copy(in + 2 * x, in + 2 * (x + n), values);
        hn::StoreU(magnitude_vector(values, scale), d, results);
        std::copy(results, results + n, out + x);
      });
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

GUIDEDMIXUP_LOOP(grey_levels, (const std::uint8_t* rgb, std::size_t count, float* grey),
                 (rgb, count, grey))
GUIDEDMIXUP_LOOP(between_rows,
                 (const float* upper, const float* lower, float weight, std::size_t count,
                  float* out),
                 (upper, lower, weight, count, out))
GUIDEDMIXUP_LOOP(sum_weighted_rows,
                 (const float* const* rows, const float* taps, std::size_t tap_count,
                  std::size_t count, float* out),
                 (rows, taps, tap_count, count, out))
GUIDEDMIXUP_LOOP(sum_rows,
                 (const float* a, const float* b, const float* c, std::size_t count, float* out),
                 (a, b, c, count, out))
GUIDEDMIXUP_LOOP(complex_less, (const float* in, float less, std::size_t count, float* out),
                 (in, less, count, out))
GUIDEDMIXUP_LOOP(scale_and_log,
                 (float* spectrum, float scale, float floor_power, std::size_t count,
                  float* log_amplitude),
                 (spectrum, scale, floor_power, count, log_amplitude))
GUIDEDMIXUP_LOOP(mirror,
                 (const float* from_spectrum, const float* from_log, std::size_t first,
                  std::size_t width, float* spectrum, float* log_amplitude),
                 (from_spectrum, from_log, first, width, spectrum, log_amplitude))
GUIDEDMIXUP_LOOP(apply_gain,
                 (const float* above, const float* here, const float* below, std::size_t count,
                  float* spectrum),
                 (above, here, below, count, spectrum))
GUIDEDMIXUP_LOOP(magnitude, (const float* in, float scale, std::size_t count, float* out),
                 (in, scale, count, out))

#undef GUIDEDMIXUP_LOOP

}  // namespace guidedmixup::vector_loops
#endif

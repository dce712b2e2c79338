// Compiled once for each kind of vector unit; the best one is chosen when it is first called.
#include "spectrum_loops.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "spectrum_loops.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <guidedmixup/saliency/spectral_formulas.hpp>

HWY_BEFORE_NAMESPACE();
// NOLINTNEXTLINE(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace guidedmixup::spectrum_loops {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// No wider than what rows are rounded up to.
using Floats = hn::CappedTag<float, SpectrumLayout::kVector>;
using OneFloat = hn::CappedTag<float, 1>;

// Calls `step(d, x)` for each whole vector below `count`, then for the last values one by one.
template <typename Step>
HWY_INLINE void for_each(std::size_t count, const Step& step) {
  const std::size_t lanes = hn::Lanes(Floats());
  std::size_t x = 0;
  for (; x + lanes <= count; x += lanes) step(Floats(), x);
  for (; x < count; ++x) step(OneFloat(), x);
}

// The same of rows that go on behind their last value, so that the last ones are done by short
// vectors: of a power of two there is one column more than whole vectors hold.
template <typename Step>
HWY_INLINE void for_each_and_beyond(std::size_t count, const Step& step) {
  const hn::CappedTag<float, 4> few;
  const std::size_t lanes = hn::Lanes(Floats());
  std::size_t x = 0;
  for (; x + lanes <= count; x += lanes) step(Floats(), x);
  for (; x < count; x += hn::Lanes(few)) step(few, x);
}

template <typename D>
struct Complex {
  hn::Vec<D> re;
  hn::Vec<D> im;
};

template <typename D>
HWY_INLINE Complex<D> load(D d, const float* values) {
  Complex<D> z;
  hn::LoadInterleaved2(d, values, z.re, z.im);
  return z;
}

template <typename D>
HWY_INLINE void store(D d, Complex<D> z, float* values) {
  hn::StoreInterleaved2(z.re, z.im, d, values);
}

// conj(z), last value first: the values of a real array's spectrum at -k where z has those at k.
template <typename D>
HWY_INLINE Complex<D> mirrored(D d, Complex<D> z) {
  return {hn::Reverse(d, z.re), hn::Neg(hn::Reverse(d, z.im))};
}

void pair_rows(const SpectrumLayout& layout, const float* pixels, float mean, float* row_pairs) {
  for (std::size_t j = 0; j < layout.pair_count; ++j) {
    const float* upper = pixels + 2 * j * layout.width;
    const float* lower = 2 * j + 1 < layout.height ? upper + layout.width : nullptr;
    float* out = row_pairs + 2 * j * layout.pair_stride;
    for_each(layout.width, [&](auto d, std::size_t x) {
      const auto value = [&](const float* row) {
        return hn::Sub(hn::LoadU(d, row + x), hn::Set(d, mean));
      };
      store(d, {value(upper), lower == nullptr ? hn::Zero(d) : value(lower)}, out + 2 * x);
    });
  }
}

void split_row_pairs(const SpectrumLayout& layout, const float* row_pairs, float* spectrum) {
  for (std::size_t j = 0; j < layout.pair_count; ++j) {
    const float* in = row_pairs + 2 * j * layout.pair_stride;
    float* upper = spectrum + 4 * j * layout.stride;
    float* lower = 2 * j + 1 < layout.height ? upper + 2 * layout.stride : nullptr;
    const auto split = [&](auto d, std::size_t v, const float* from, const float* from_mirror) {
      const auto half = hn::Set(d, 0.5F);
      const auto z = load(d, from);
      const auto m = mirrored(d, load(d, from_mirror));
      store(d, {hn::Mul(half, hn::Add(z.re, m.re)), hn::Mul(half, hn::Add(z.im, m.im))},
            upper + 2 * v);
      if (lower == nullptr) return;
      store(d, {hn::Mul(half, hn::Sub(z.im, m.im)), hn::Mul(half, hn::Sub(m.re, z.re))},
            lower + 2 * v);
    };
    // Column 0 mirrors itself; all others lie behind one another, and their mirrors backwards.
    split(OneFloat(), 0, in, in);
    for_each(layout.columns - 1, [&](auto d, std::size_t i) {
      const std::size_t v = i + 1;
      split(d, v, in + 2 * v, in + 2 * (layout.width - v - hn::Lanes(d) + 1));
    });
  }
}

void join_row_pairs(const SpectrumLayout& layout, const float* spectrum, float* row_pairs) {
  for (std::size_t j = 0; j < layout.pair_count; ++j) {
    const float* upper = spectrum + 4 * j * layout.stride;
    const float* lower = 2 * j + 1 < layout.height ? upper + 2 * layout.stride : nullptr;
    float* out = row_pairs + 2 * j * layout.pair_stride;
    // Both real, but for rounding.
    out[0] = upper[0];
    out[1] = lower == nullptr ? 0.0F : lower[0];
    for_each(layout.columns - 1, [&](auto d, std::size_t i) {
      const std::size_t v = i + 1;
      using D = decltype(d);
      const Complex<D> a = load(d, upper + 2 * v);
      const Complex<D> b =
          lower == nullptr ? Complex<D>{hn::Zero(d), hn::Zero(d)} : load(d, lower + 2 * v);
      store(d, {hn::Sub(a.re, b.im), hn::Add(a.im, b.re)}, out + 2 * v);
      // The columns that the half does not hold: conj(A) + i conj(B) at -v.
      const Complex<D> other{hn::Add(a.re, b.im), hn::Sub(a.im, b.re)};
      store(d, mirrored(d, other), out + 2 * (layout.width - v - hn::Lanes(d) + 1));
    });
  }
}

void scale_and_log(const SpectrumLayout& layout, float scale, float floor_power, float* spectrum,
                   float* logs) {
  for (std::size_t u = 0; u < layout.height; ++u) {
    float* row = spectrum + 2 * u * layout.stride;
    float* log_row = logs + u * layout.log_stride + 1;
    for_each_and_beyond(layout.columns, [&](auto d, std::size_t v) {
      auto z = load(d, row + 2 * v);
      z.re = hn::Mul(z.re, hn::Set(d, scale));
      z.im = hn::Mul(z.im, hn::Set(d, scale));
      // The floor is compared with the square, which spares a root for each coefficient; the
      // logarithm of the amplitude is half of that of the square.
      auto power = hn::Add(hn::Mul(z.re, z.re), hn::Mul(z.im, z.im));
      const auto keep = hn::Ge(power, hn::Set(d, floor_power));
      power = hn::IfThenElseZero(keep, power);
      store(d, {hn::IfThenElseZero(keep, z.re), hn::IfThenElseZero(keep, z.im)}, row + 2 * v);
      const auto log = hn::Log(d, hn::Add(power, hn::Set(d, kLogOffset)));
      hn::StoreU(hn::Mul(hn::Set(d, 0.5F), log), d, log_row + v);
    });
  }
}

void sum_along_rows(const SpectrumLayout& layout, const float* logs, float* row_sums) {
  for (std::size_t u = 0; u < layout.height; ++u) {
    const float* in = logs + u * layout.log_stride;
    float* out = row_sums + u * layout.log_stride;
    for_each_and_beyond(layout.columns, [&](auto d, std::size_t v) {
      const auto two = hn::Add(hn::LoadU(d, in + v), hn::LoadU(d, in + v + 1));
      hn::StoreU(hn::Add(two, hn::LoadU(d, in + v + 2)), d, out + v);
    });
  }
}

void apply_gain(const SpectrumLayout& layout, const float* row_sums, float* spectrum) {
  for (std::size_t u = 0; u < layout.height; ++u) {
    const float* own = row_sums + u * layout.log_stride;
    const float* above = u == 0 ? own : own - layout.log_stride;
    const float* below = u + 1 == layout.height ? own : own + layout.log_stride;
    float* row = spectrum + 2 * u * layout.stride;
    for_each_and_beyond(layout.columns, [&](auto d, std::size_t v) {
      const auto two = hn::Add(hn::LoadU(d, above + v), hn::LoadU(d, own + v));
      const auto sum = hn::Add(two, hn::LoadU(d, below + v));
      // F R / A in one exponential: A cancels, since R = exp(L - N / 9) and A = exp(L).
      const auto gain = hn::Exp(d, hn::Mul(sum, hn::Set(d, -1.0F / 9.0F)));
      const auto z = load(d, row + 2 * v);
      store(d, {hn::Mul(z.re, gain), hn::Mul(z.im, gain)}, row + 2 * v);
    });
  }
}

void antisymmetric_shares(float* values, std::size_t count) {
  const Floats d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto ratio = hn::Exp(d, hn::Mul(hn::LoadU(d, values + i), hn::Set(d, 1.0F / 9.0F)));
    hn::StoreU(hn::Mul(hn::Set(d, 0.5F), hn::Sub(hn::Set(d, 1.0F), ratio)), d, values + i);
  }
}

// The factors of a row's imaginary part, read before its pixels are written: the compiler cannot
// know that they stay.
struct ColumnFactors {
  ColumnFactors(const OuterProducts& imaginary, std::size_t y)
      : f0(imaginary.columns[0][y]),
        f1(imaginary.columns[1][y]),
        f2(imaginary.columns[2][y]),
        f3(imaginary.columns[3][y]),
        f4(imaginary.columns[4][y]) {}
  float f0, f1, f2, f3, f4;
};

void magnitude(const SpectrumLayout& layout, const float* row_pairs, const OuterProducts& imaginary,
               float scale, float* map) {
  const float* const* rows = imaginary.rows;
  for (std::size_t j = 0; j < layout.pair_count; ++j) {
    const float* in = row_pairs + 2 * j * layout.pair_stride;
    float* upper = map + 2 * j * layout.width;
    const bool has_lower = 2 * j + 1 < layout.height;
    const ColumnFactors upper_factors(imaginary, 2 * j);
    const ColumnFactors lower_factors(imaginary, has_lower ? 2 * j + 1 : 2 * j);
    for_each(layout.width, [&](auto d, std::size_t x) {
      const auto value = [&](auto real, const ColumnFactors& factors) {
        auto imag = hn::Add(hn::Set(d, factors.f0), hn::LoadU(d, rows[0] + x));
        imag = hn::MulAdd(hn::Set(d, factors.f1), hn::LoadU(d, rows[1] + x), imag);
        imag = hn::MulAdd(hn::Set(d, factors.f2), hn::LoadU(d, rows[2] + x), imag);
        imag = hn::MulAdd(hn::Set(d, factors.f3), hn::LoadU(d, rows[3] + x), imag);
        imag = hn::MulAdd(hn::Set(d, factors.f4), hn::LoadU(d, rows[4] + x), imag);
        const auto power = hn::MulAdd(imag, imag, hn::Mul(real, real));
        return hn::Mul(hn::Set(d, scale), hn::Sqrt(power));
      };
      const auto z = load(d, in + 2 * x);
      hn::StoreU(value(z.re, upper_factors), d, upper + x);
      if (has_lower) hn::StoreU(value(z.im, lower_factors), d, upper + layout.width + x);
    });
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup::spectrum_loops
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup::spectrum_loops {

HWY_EXPORT(pair_rows);
HWY_EXPORT(split_row_pairs);
HWY_EXPORT(join_row_pairs);
HWY_EXPORT(scale_and_log);
HWY_EXPORT(sum_along_rows);
HWY_EXPORT(apply_gain);
HWY_EXPORT(antisymmetric_shares);
HWY_EXPORT(magnitude);

void pair_rows(const SpectrumLayout& layout, const float* pixels, float mean, float* row_pairs) {
  HWY_DYNAMIC_DISPATCH(pair_rows)(layout, pixels, mean, row_pairs);
}

void split_row_pairs(const SpectrumLayout& layout, const float* row_pairs, float* spectrum) {
  HWY_DYNAMIC_DISPATCH(split_row_pairs)(layout, row_pairs, spectrum);
}

void join_row_pairs(const SpectrumLayout& layout, const float* spectrum, float* row_pairs) {
  HWY_DYNAMIC_DISPATCH(join_row_pairs)(layout, spectrum, row_pairs);
}

void scale_and_log(const SpectrumLayout& layout, float scale, float floor_power, float* spectrum,
                   float* logs) {
  HWY_DYNAMIC_DISPATCH(scale_and_log)(layout, scale, floor_power, spectrum, logs);
}

void sum_along_rows(const SpectrumLayout& layout, const float* logs, float* row_sums) {
  HWY_DYNAMIC_DISPATCH(sum_along_rows)(layout, logs, row_sums);
}

void apply_gain(const SpectrumLayout& layout, const float* row_sums, float* spectrum) {
  HWY_DYNAMIC_DISPATCH(apply_gain)(layout, row_sums, spectrum);
}

void antisymmetric_shares(float* values, std::size_t count) {
  HWY_DYNAMIC_DISPATCH(antisymmetric_shares)(values, count);
}

void magnitude(const SpectrumLayout& layout, const float* row_pairs, const OuterProducts& imaginary,
               float scale, float* map) {
  HWY_DYNAMIC_DISPATCH(magnitude)(layout, row_pairs, imaginary, scale, map);
}

}  // namespace guidedmixup::spectrum_loops
#endif

/// The inner loops of the spectral residual over whole arrays, by the widest vectors that the
/// machine has. Complex values are re, im, re, im, ...; arrays need no alignment and must not
/// overlap unless they are the same.
#pragma once

#include <cstddef>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// Where the values of a real array's spectrum lie. Strides are in complex values.
struct SpectrumLayout {
  explicit SpectrumLayout(Size size)
      : width(static_cast<std::size_t>(size.width)),
        height(static_cast<std::size_t>(size.height)) {}

  /// As many columns as no loop's vectors exceed.
  static constexpr std::size_t whole_vectors(std::size_t count) {
    return (count + kVector - 1) / kVector * kVector;
  }
  static constexpr std::size_t kVector = 16;

  std::size_t width;
  std::size_t height;
  /// The columns that are not the mirror of another: F(-k) = conj(F(k)) gives the others.
  std::size_t half = width / 2 + 1;
  /// Rows that are a power of two apart share too few places of a cache, and cost a quarter more;
  /// these lie an odd number of its lines apart.
  std::size_t stride = whole_vectors(half) + kVector / 2;
  /// Two real rows as one complex row.
  std::size_t pairs = (height + 1) / 2;
  std::size_t pair_stride = width + 4;
  /// Of the logarithms and their sums: each row has a value before its first and one behind the
  /// half, which its first and last sum reach.
  std::size_t log_stride = whole_vectors(half) + kVector;

  /// The row or column that mirrors this one: -k modulo `count`.
  static constexpr std::size_t mirror(std::size_t k, std::size_t count) {
    return k == 0 ? 0 : count - k;
  }
};

namespace spectrum_loops {

/// pairs = (row 2 j) - less + i ((row 2 j + 1) - less); a last row without another has i 0.
void pair_rows(const SpectrumLayout& at, const float* values, float less, float* pairs);

/// From the transforms of paired rows the half spectra of the single rows, and back: with Z = A +
/// i B, A(k) = (Z(k) + conj(Z(-k))) / 2 and B(k) = (Z(k) - conj(Z(-k))) / 2i.
void split_pairs(const SpectrumLayout& at, const float* pairs, float* spectrum);
void join_pairs(const SpectrumLayout& at, const float* spectrum, float* pairs);

/// Scales a half spectrum, sets values whose power is below `floor_power` to 0, and writes half the
/// logarithm of power + 1e-10 to columns 1 to `half` of `logs`.
void scale_and_log(const SpectrumLayout& at, float scale, float floor_power, float* spectrum,
                   float* logs);

/// sums(y, k) = logs(y, k) + logs(y, k + 1) + logs(y, k + 2), columns as they lie in memory.
void sum_along_rows(const SpectrumLayout& at, const float* logs, float* sums);

/// spectrum *= exp(-(sum of three rows of `sums`) / 9), where rows beyond the border repeat it.
void apply_gain(const SpectrumLayout& at, const float* sums, float* spectrum);

/// values = (1 - exp(values / 9)) / 2; `count` in whole vectors.
void odd_shares(float* values, std::size_t count);

/// An imaginary part that is a sum of few products of a row and a column: value (y, x) is
/// column[0][y] + row[0][x] + column[1][y] row[1][x] + ... + column[4][y] row[4][x].
struct ImaginaryPart {
  static constexpr int kTerms = 5;
  const float* rows[kTerms];
  const float* columns[kTerms];
};

/// map = scale |real + i imaginary|, the real part in paired rows.
void magnitude(const SpectrumLayout& at, const float* pairs, const ImaginaryPart& imaginary,
               float scale, float* map);

}  // namespace spectrum_loops
}  // namespace guidedmixup

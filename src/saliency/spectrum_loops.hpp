/// The inner loops of the spectral residual over whole arrays, by the widest vectors that the
/// machine has. Docs/numerics.md, "Half spectra", derives them and gives the names. Complex values
/// are re, im, re, im, ...; arrays need no alignment and must not overlap unless they are the same.
#pragma once

#include <cstddef>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// Where the values of a half spectrum lie. Strides are in values, complex ones but for logarithms.
struct SpectrumLayout {
  explicit SpectrumLayout(Size size)
      : width(static_cast<std::size_t>(size.width)),
        height(static_cast<std::size_t>(size.height)) {}

  /// `count` rounded up so that vectors of any loop here divide it.
  static constexpr std::size_t whole_vectors(std::size_t count) {
    return (count + kVector - 1) / kVector * kVector;
  }
  static constexpr std::size_t kVector = 16;

  std::size_t width;
  std::size_t height;
  /// The columns that are kept: F(-k) = conj(F(k)) gives the others.
  std::size_t columns = width / 2 + 1;
  /// Of the spectrum. Rows that are a power of two apart share too few places of a cache, and cost
  /// a quarter more; these lie an odd number of its lines apart.
  std::size_t stride = whole_vectors(columns) + kVector / 2;
  /// Two real rows as one complex row.
  std::size_t pair_count = (height + 1) / 2;
  std::size_t pair_stride = width + 4;
  /// Of the logarithms L and their sums S. In front of a row's first logarithm lies one value more
  /// and behind the last kept column another, for the sums that reach there.
  std::size_t log_stride = whole_vectors(columns) + kVector;
};

namespace spectrum_loops {

/// Row j of `row_pairs` = (row 2 j) - mean + i ((row 2 j + 1) - mean); a last row without another
/// has 0 as its imaginary part.
void pair_rows(const SpectrumLayout& layout, const float* pixels, float mean, float* row_pairs);

/// From the transforms Z of paired rows the half spectra A and B of the single rows, and back:
/// A(v) = (Z(v) + conj(Z(-v))) / 2, B(v) = (Z(v) - conj(Z(-v))) / 2i; Z = A + i B.
void split_row_pairs(const SpectrumLayout& layout, const float* row_pairs, float* spectrum);
void join_row_pairs(const SpectrumLayout& layout, const float* spectrum, float* row_pairs);

/// Scales a half spectrum F, sets values whose power |F|^2 is below `floor_power` to 0, and writes
/// L = ln(|F|^2 + 1e-10) / 2 of column v to place v + 1 of its row in `logs`.
void scale_and_log(const SpectrumLayout& layout, float scale, float floor_power, float* spectrum,
                   float* logs);

/// S(u, v) = L(u, v - 1) + L(u, v) + L(u, v + 1), at place v of its row.
void sum_along_rows(const SpectrumLayout& layout, const float* logs, float* row_sums);

/// F g from F: g = exp(-N / 9), N(u, v) = S(u - 1, v) + S(u, v) + S(u + 1, v), where rows beyond
/// the border repeat it.
void apply_gain(const SpectrumLayout& layout, const float* row_sums, float* spectrum);

/// g- / g = (1 - exp((N(k) - N(-k)) / 9)) / 2 from `values` N(k) - N(-k), in place; `count` in
/// whole vectors.
void antisymmetric_shares(float* values, std::size_t count);

/// An array that is a sum of products of a column and a row: value (y, x) is columns[0][y] +
/// rows[0][x] + columns[1][y] rows[1][x] + ... + columns[4][y] rows[4][x]. The first two products
/// have 1 as their other factor.
struct OuterProducts {
  static constexpr int kTerms = 5;
  const float* columns[kTerms];
  const float* rows[kTerms];
};

/// map = scale |r + i q|: the real part r in paired rows, the imaginary part q as products.
void magnitude(const SpectrumLayout& layout, const float* row_pairs, const OuterProducts& imaginary,
               float scale, float* map);

}  // namespace spectrum_loops
}  // namespace guidedmixup

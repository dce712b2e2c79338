/// The imaginary part of the inverse transform of a filtered spectrum. Docs/numerics.md, "Half
/// spectra", derives it and gives the names.
///
/// The filtered spectrum G = F g has the gain g = exp(-N / 9), N the sum of nine log amplitudes.
/// The nine around -k are not the mirrors of the nine around k where the array ends and repeats its
/// border: in rows 0, 1, -1 and columns 0, 1, -1. There g has an antisymmetric part,
/// (g(k) - g(-k)) / 2, and all of the imaginary part comes from it: two columns and two rows of a
/// spectrum, so a sum of five products of a column and a row.
#pragma once

#include <vector>

#include <guidedmixup/core/buffer.hpp>

#include "half_spectrum.hpp"

namespace guidedmixup {

/// Of one size; holds scratch memory, so one object serves one thread.
class ImaginaryPart {
 public:
  explicit ImaginaryPart(Size size);

  /// Takes the antisymmetric part out of `filtered`, so that the symmetric part is left, and
  /// transforms what it took. `logs` and `row_sums` are L and S as spectrum_loops lays them out.
  void split_off(HalfSpectrum& filtered, const float* logs, const float* row_sums);

  /// The imaginary part that the last `split_off` gave, times the number of pixels. Points into
  /// this object.
  [[nodiscard]] spectrum_loops::OuterProducts products() const;

 private:
  void mirror_row_sums(const float* logs, const float* row_sums);
  void subtract_mirrored_sums(const float* row_sums);
  void move_shares(float* filtered);
  void transform_lines(const HalfSpectrum& filtered);

  static constexpr int kTerms = spectrum_loops::OuterProducts::kTerms;

  SpectrumLayout layout_;
  std::size_t column_count_;       // 0 and, where there is one, 1; column -1 is not in the half
  std::vector<std::size_t> rows_;  // 0, 1 and -1, each once
  FloatBuffer mirrored_sums_;      // S(-u, -v): column v = 0 for all u, then column 1
  FloatBuffer shares_;             // of the columns, then of the rows: N(k) - N(-k), then g- / g
  // H = -i F g-, then its transforms in place: C_0 and C_1, R_0 and R_1.
  FloatBuffer column_lines_;
  FloatBuffer row_lines_;
  FloatBuffer column_factors_[kTerms];
  FloatBuffer row_factors_[kTerms];
};

}  // namespace guidedmixup

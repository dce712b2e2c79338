/// The half spectrum of a real array, there and back. Docs/numerics.md, "Half spectra", derives
/// what is done here and gives the names.
///
/// The spectrum F of real values has F(-k) = conj(F(k)), so columns 0 to width / 2 say all. Two
/// rows at a time are the real and the imaginary part of one complex row. That is half the work of
/// a complex transform of the whole array; FFTW's own transforms of real arrays take longer than
/// either, since they make less of vector units.
#pragma once

#include <span>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/fourier.hpp>
#include <guidedmixup/core/image.hpp>

#include "spectrum_loops.hpp"

namespace guidedmixup {

/// Of one size. Transforms have no factor in either direction. Holds the arrays that it works on,
/// so one object serves one thread.
class HalfSpectrum {
 public:
  explicit HalfSpectrum(Size size);

  [[nodiscard]] const SpectrumLayout& layout() const { return layout_; }
  /// The coefficients: what `forward` writes and `inverse` reads and destroys. Vectors reach beyond
  /// the last column kept: the values there are 0 and must stay 0.
  [[nodiscard]] float* values() { return values_.data(); }
  /// What `inverse` writes: rows 2 j and 2 j + 1 as the real and the imaginary part of row j.
  [[nodiscard]] const float* row_pairs() const { return row_pairs_.data(); }

  /// The spectrum of `pixels` after `mean` is subtracted from each.
  void forward(std::span<const float> pixels, float mean);
  void inverse();
  /// Inverse transforms of single lines, in place; the second lies directly behind the first.
  void inverse_two_rows(float* rows) const;
  void inverse_two_columns(float* columns) const;

 private:
  SpectrumLayout layout_;
  FourierTransform rows_;
  FourierTransform columns_;
  FourierTransform inverse_columns_;
  FourierTransform inverse_rows_;
  FourierTransform two_rows_;
  FourierTransform two_columns_;
  // Complex values in plain floats: re, im, re, im, ...
  FloatBuffer values_;
  FloatBuffer row_pairs_;
};

}  // namespace guidedmixup

/// The half spectrum of a real array, there and back. Docs/numerics.md, "Half spectra", derives
/// what is done here and gives the names.
///
/// The spectrum F of real values has F(-k) = conj(F(k)), so columns 0 to width / 2 say all. Two
/// rows at a time are the real and the imaginary part of one complex row. That is half the work of
/// a complex transform of the whole array; FFTW's own transforms of real arrays take longer than
/// either, since they make less of vector units.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

#include <fftw3.h>

#include <guidedmixup/core/image.hpp>

#include "spectrum_loops.hpp"

namespace guidedmixup {

/// Complex values live in plain floats (re, im, re, im, ...), aligned as FFTW's vector code wants
/// them. They start as 0.
class ComplexBuffer {
 public:
  explicit ComplexBuffer(std::size_t count);
  [[nodiscard]] float* data() const { return memory_.get(); }

 private:
  struct Free {
    void operator()(float* memory) const { fftwf_free(memory); }
  };
  std::unique_ptr<float[], Free> memory_;
};

/// Of one size. Transforms have no factor in either direction. Holds the arrays that it works on,
/// so one object serves one thread.
class HalfSpectrum {
 public:
  explicit HalfSpectrum(Size size);

  [[nodiscard]] const SpectrumLayout& layout() const { return layout_; }
  /// The coefficients: what `forward` writes and `inverse` reads and destroys. Vectors reach beyond
  /// the last column kept: the values there are 0 and must stay 0.
  [[nodiscard]] float* values() const { return values_.data(); }
  /// What `inverse` writes: rows 2 j and 2 j + 1 as the real and the imaginary part of row j.
  [[nodiscard]] const float* row_pairs() const { return row_pairs_.data(); }

  /// The spectrum of `pixels` after `mean` is subtracted from each.
  void forward(std::span<const float> pixels, float mean);
  void inverse();
  /// Inverse transforms of single lines, in place; the second lies directly behind the first.
  void inverse_two_rows(float* rows) const;
  void inverse_two_columns(float* columns) const;

 private:
  struct Plans;
  static const Plans& plans_for(Size size);

  SpectrumLayout layout_;
  const Plans& plans_;
  ComplexBuffer values_;
  ComplexBuffer row_pairs_;
};

}  // namespace guidedmixup

/// The Fourier transform of real arrays and back, through FFTW's complex transforms: two rows at a
/// time are the real and the imaginary part of one complex row, and only the columns that are not
/// the mirror of another are kept. Half the work of a complex transform; FFTW's own transforms of
/// real arrays take longer than either, since they make less of vector units.
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

/// Transforms of one size, without a factor in either direction. Holds the arrays that it works on,
/// so one object serves one thread.
class RealTransform {
 public:
  explicit RealTransform(Size size);

  [[nodiscard]] const SpectrumLayout& layout() const { return layout_; }
  /// What `forward` writes and `inverse` reads and destroys. The columns that vectors reach beyond
  /// the half are 0 and are to stay so.
  [[nodiscard]] float* spectrum() const { return spectrum_.data(); }
  /// What `inverse` writes: rows 2 j and 2 j + 1 as the real and the imaginary part of row j.
  [[nodiscard]] const float* pairs() const { return pairs_.data(); }

  /// The spectrum of `values` less a constant.
  void forward(std::span<const float> values, float less);
  void inverse();
  /// Inverse transforms of single lines, each of two that lie one behind the other.
  void inverse_two_rows(float* rows) const;
  void inverse_two_columns(float* columns) const;

 private:
  struct Plans;
  static const Plans& plans_for(Size size);

  SpectrumLayout layout_;
  const Plans& plans_;
  ComplexBuffer spectrum_;
  ComplexBuffer pairs_;
};

}  // namespace guidedmixup

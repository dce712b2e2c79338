/// Why the residual's inverse transform is complex, and what its imaginary part is.
///
/// The spectrum F of a real image has F(-k) = conj(F(k)), and so would have the filtered one, F g
/// with the gain g = exp(-N / 9) of the sums N of nine logarithms, if g(-k) = g(k). It is so but
/// where N reaches beyond the border of the array, which the filter repeats, and the spectrum
/// continues: in rows 0, 1, -1 and columns 0, 1, -1. With g = even + odd, the transform of F even
/// is the real part of the result and that of F odd is i times the imaginary part. The latter needs
/// the transforms of four lines only.
#pragma once

#include <vector>

#include <guidedmixup/core/buffer.hpp>

#include "real_transform.hpp"

namespace guidedmixup {

/// Of one size; holds scratch memory, so one object serves one thread.
class OddPart {
 public:
  explicit OddPart(Size size);

  /// Takes the odd part out of the filtered half spectrum and keeps its inverse transform. `logs`
  /// and `sums` are laid out as spectrum_loops has them.
  void take_from(RealTransform& transform, const float* logs, const float* sums);

  /// Of what was taken last; points into this object.
  [[nodiscard]] spectrum_loops::ImaginaryPart imaginary() const;

 private:
  void sum_mirrored_columns(const float* logs, const float* sums);
  void difference_to_mirror(const float* sums);
  void move_shares(float* spectrum);
  void transform_lines(const RealTransform& transform);

  static constexpr int kTerms = spectrum_loops::ImaginaryPart::kTerms;

  SpectrumLayout at_;
  std::size_t odd_columns_;            // of the half: 0 and, where there is one, 1
  std::vector<std::size_t> odd_rows_;  // 0, 1 and -1, each once
  FloatBuffer mirrored_sums_;          // of the odd columns: at y the sum at (-y, -k)
  FloatBuffer shares_;                 // odd / g: of the odd columns, then of the odd rows
  // The lines of the imaginary part's spectrum and, in place, their transforms.
  ComplexBuffer columns_;  // 0 and 1
  ComplexBuffer rows_;     // 0 and 1, but for columns 0, 1 and -1
  FloatBuffer row_terms_[kTerms];
  FloatBuffer column_terms_[kTerms];
};

}  // namespace guidedmixup

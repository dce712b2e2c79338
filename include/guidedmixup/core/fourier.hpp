/// Discrete Fourier transforms of complex lines, for all stages: nothing else of the program knows
/// FFTW, whose planner is not thread-safe and therefore needs one owner.
#pragma once

#include <compare>
#include <cstddef>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// How lines of complex values lie in memory. A complex value is two floats: re, im. Value i of
/// line k has the number k * distance + i * stride.
struct FourierLines {
  std::size_t length = 1;  ///< values of a line
  std::size_t count = 1;   ///< lines
  std::size_t stride = 1;
  std::size_t distance = 1;
  // NOLINTNEXTLINE(modernize-use-nullptr): version 14 takes the comparison with 0 for a pointer
  friend auto operator<=>(const FourierLines&, const FourierLines&) = default;
};

enum class FourierDirection {
  kForward,  ///< F(u) = sum of f(x) e^(-2 pi i u x / length)
  kInverse   ///< the same with the other sign, and no factor either
};

/// A transform of many lines. What it needs is made once for the whole program, when the first
/// thread asks for such lines in such a direction, and is kept. Immutable; cheap to copy; safe to
/// use from any thread.
class FourierTransform {
 public:
  /// Throws std::bad_alloc.
  FourierTransform(const FourierLines& lines, FourierDirection direction);
  /// Transforms the lines that begin at `values`, in place, in float32. `values` is aligned as the
  /// begin of a FloatBuffer is.
  void apply(float* values) const;

 private:
  struct Plan;
  static const Plan& plan_for(const FourierLines& lines, FourierDirection direction);

  const Plan* plan_;
};

/// Transforms an image of complex values, row by row, in place: along its rows and then along its
/// columns. As FourierTransform::apply.
void transform_image(float* values, Size size, FourierDirection direction);

}  // namespace guidedmixup

// The inner loops of distance_loops.hpp. Compiled once for each kind of vector unit; the best one
// is chosen when it is first called.
#include "distance_loops.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "distance_loops.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace guidedmixup {  // NOLINT(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// Fused where the unit can: one rounding less, and faster. So distances are equal on machines of
// one kind only.
HWY_INLINE Vector add_square(Vector a, Vector b, Vector sum) {
  const Vector difference = hn::Sub(a, b);
  return hn::MulAdd(difference, difference, sum);
}

HWY_INLINE double sum_of_lanes(Vector values) {
  const Floats d;
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, values)));
}

#if HWY_TARGET <= HWY_AVX3

// The sums of a whole tile and what they are made of: 21 of 32 registers.
void add_vectors(const float* const (&rows)[kTileRows], const float* const (&columns)[kTileColumns],
                 std::size_t length, double (&sums)[kTileRows][kTileColumns]) {
  const Floats d;
  Vector parts[kTileRows][kTileColumns];
  for (auto& row : parts) {
    for (Vector& part : row) part = hn::Zero(d);
  }
  for (std::size_t k = 0; k < length; k += hn::Lanes(d)) {
    Vector row[kTileRows];
    for (int i = 0; i < kTileRows; ++i) row[i] = hn::LoadU(d, rows[i] + k);
    for (int j = 0; j < kTileColumns; ++j) {
      const Vector column = hn::LoadU(d, columns[j] + k);
      for (int i = 0; i < kTileRows; ++i) parts[i][j] = add_square(row[i], column, parts[i][j]);
    }
  }
  for (int i = 0; i < kTileRows; ++i) {
    for (int j = 0; j < kTileColumns; ++j) sums[i][j] += sum_of_lanes(parts[i][j]);
  }
}

#else

// Two rows of a tile. Eight sums by name, since vectors of unknown size cannot be kept in an array.
// They take 11 registers of the 16 that AVX2 and older units have.
void add_two_rows(const float* row0, const float* row1, const float* const (&columns)[kTileColumns],
                  std::size_t length, double (&sums0)[kTileColumns],
                  double (&sums1)[kTileColumns]) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  Vector s00 = hn::Zero(d);
  Vector s01 = hn::Zero(d);
  Vector s02 = hn::Zero(d);
  Vector s03 = hn::Zero(d);
  Vector s10 = hn::Zero(d);
  Vector s11 = hn::Zero(d);
  Vector s12 = hn::Zero(d);
  Vector s13 = hn::Zero(d);
  for (std::size_t k = 0; k < length; k += lanes) {
    const Vector r0 = hn::LoadU(d, row0 + k);
    const Vector r1 = hn::LoadU(d, row1 + k);
    const Vector c0 = hn::LoadU(d, columns[0] + k);
    s00 = add_square(r0, c0, s00);
    s10 = add_square(r1, c0, s10);
    const Vector c1 = hn::LoadU(d, columns[1] + k);
    s01 = add_square(r0, c1, s01);
    s11 = add_square(r1, c1, s11);
    const Vector c2 = hn::LoadU(d, columns[2] + k);
    s02 = add_square(r0, c2, s02);
    s12 = add_square(r1, c2, s12);
    const Vector c3 = hn::LoadU(d, columns[3] + k);
    s03 = add_square(r0, c3, s03);
    s13 = add_square(r1, c3, s13);
  }
  sums0[0] += sum_of_lanes(s00);
  sums0[1] += sum_of_lanes(s01);
  sums0[2] += sum_of_lanes(s02);
  sums0[3] += sum_of_lanes(s03);
  sums1[0] += sum_of_lanes(s10);
  sums1[1] += sum_of_lanes(s11);
  sums1[2] += sum_of_lanes(s12);
  sums1[3] += sum_of_lanes(s13);
}

void add_vectors(const float* const (&rows)[kTileRows], const float* const (&columns)[kTileColumns],
                 std::size_t length, double (&sums)[kTileRows][kTileColumns]) {
  for (int i = 0; i < kTileRows; i += 2) {
    add_two_rows(rows[i], rows[i + 1], columns, length, sums[i], sums[i + 1]);
  }
}

#endif

void add_tile(const float* const (&rows)[kTileRows], const float* const (&columns)[kTileColumns],
              std::size_t length, double (&sums)[kTileRows][kTileColumns]) {
  // What is left after the last whole vector goes straight into the doubles.
  const std::size_t whole = length / hn::Lanes(Floats()) * hn::Lanes(Floats());
  add_vectors(rows, columns, whole, sums);
  for (std::size_t k = whole; k < length; ++k) {
    for (int i = 0; i < kTileRows; ++i) {
      for (int j = 0; j < kTileColumns; ++j) {
        const auto difference = static_cast<double>(rows[i][k] - columns[j][k]);
        sums[i][j] += difference * difference;
      }
    }
  }
}

// Products and sums not fused: these vectors are the same on every machine.
void combine(const float* here, const float* below, float here_weight, float below_weight,
             const float* diagonal, const float* upper, std::size_t width, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  const auto row = [&](std::size_t x) {
    return hn::Add(hn::Mul(hn::Set(d, here_weight), hn::LoadU(d, here + x)),
                   hn::Mul(hn::Set(d, below_weight), hn::LoadU(d, below + x)));
  };
  std::size_t x = 0;
  // One value beyond the vector is read as well, for row(x + 1), so the last vector of a row is
  // left to the loop below.
  for (; x + lanes < width; x += lanes) {
    hn::StoreU(hn::Add(hn::Mul(hn::LoadU(d, diagonal + x), row(x)),
                       hn::Mul(hn::LoadU(d, upper + x), row(x + 1))),
               d, out + x);
  }
  const auto value = [&](std::size_t i) { return here_weight * here[i] + below_weight * below[i]; };
  for (; x < width; ++x) {
    const float next = x + 1 < width ? value(x + 1) : 0.0F;
    out[x] = diagonal[x] * value(x) + upper[x] * next;
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {

HWY_EXPORT(add_tile);
HWY_EXPORT(combine);

void combine_rows(const float* here, const float* below, float here_weight, float below_weight,
                  const float* diagonal, const float* upper, std::size_t width, float* out) {
  HWY_DYNAMIC_DISPATCH(combine)
  (here, below, here_weight, below_weight, diagonal, upper, width, out);
}

void add_squared_distances(const float* const (&rows)[kTileRows],
                           const float* const (&columns)[kTileColumns], std::size_t length,
                           double (&sums)[kTileRows][kTileColumns]) {
  HWY_DYNAMIC_DISPATCH(add_tile)(rows, columns, length, sums);
}

}  // namespace guidedmixup
#endif

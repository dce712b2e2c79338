#include "imaginary_part.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <guidedmixup/saliency/spectral_formulas.hpp>

namespace guidedmixup {
namespace {

// The rows beside row u that N sums, besides u itself.
struct Neighbours {
  std::size_t above;
  std::size_t below;
};

// Those of N(u, v), where the array's border repeats.
Neighbours neighbours(std::size_t u, std::size_t height) {
  return {u == 0 ? 0 : u - 1, std::min(u + 1, height - 1)};
}

// Those whose mirrors N(-u, -v) sums: the second column of the table in docs/numerics.md.
Neighbours mirrored_neighbours(std::size_t u, std::size_t height) {
  const Neighbours mirror = neighbours(mirrored_frequency(u, height), height);
  return {mirrored_frequency(mirror.below, height), mirrored_frequency(mirror.above, height)};
}

// How many of `count` lines have the transform of line 1 or its conjugate: lines 1 and -1, which of
// two lines are the same.
float lines_like_first(std::size_t count) { return count > 2 ? 2.0F : 1.0F; }

// cos(2 pi i / n) and sin(2 pi i / n): what line 1 of a spectrum stands for.
void fill_wave(FloatBuffer& cosine, FloatBuffer& sine) {
  for (std::size_t i = 0; i < cosine.size(); ++i) {
    const double turn = static_cast<double>(i) / static_cast<double>(cosine.size());
    cosine[i] = static_cast<float>(std::cos(2.0 * std::numbers::pi * turn));
    sine[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * turn));
  }
}

}  // namespace

ImaginaryPart::ImaginaryPart(Size size)
    : layout_(size),
      column_count_(std::min<std::size_t>(layout_.columns, 2)),
      rows_{0},
      mirrored_sums_(2 * layout_.height),
      column_lines_(4 * layout_.height, 0.0F),
      row_lines_(4 * layout_.width, 0.0F) {
  if (layout_.height > 1) rows_.push_back(1);
  if (layout_.height > 2) rows_.push_back(layout_.height - 1);
  const std::size_t shares = column_count_ * layout_.height + rows_.size() * layout_.columns;
  shares_.assign(SpectrumLayout::whole_vectors(shares), 0.0F);
  for (FloatBuffer& column : column_factors_) column.resize(layout_.height);
  for (FloatBuffer& row : row_factors_) row.resize(layout_.width);
  fill_wave(row_factors_[1], row_factors_[2]);
  fill_wave(column_factors_[3], column_factors_[4]);
}

spectrum_loops::OuterProducts ImaginaryPart::products() const {
  spectrum_loops::OuterProducts products{};
  for (int t = 0; t < kTerms; ++t) {
    products.columns[t] = column_factors_[t].data();
    products.rows[t] = row_factors_[t].data();
  }
  return products;
}

void ImaginaryPart::split_off(HalfSpectrum& filtered, const float* logs, const float* row_sums) {
  mirror_row_sums(logs, row_sums);
  subtract_mirrored_sums(row_sums);
  spectrum_loops::antisymmetric_shares(shares_.data(), shares_.size());
  move_shares(filtered.values());
  transform_lines(filtered);
}

// S(-u, -v) for the columns v = 0 and 1.
void ImaginaryPart::mirror_row_sums(const float* logs, const float* row_sums) {
  for (std::size_t v = 0; v < column_count_; ++v) {
    float* out = mirrored_sums_.data() + v * layout_.height;
    for (std::size_t u = 0; u < layout_.height; ++u) {
      if (mirrored_frequency(v, layout_.width) == v) {
        out[u] = row_sums[mirrored_frequency(u, layout_.height) * layout_.log_stride + v];
      } else {
        // S(-u, -1) is not in the half. It sums columns -2, -1 and, for the border, -1 again, whose
        // mirrors are L(u, 2), L(u, 1) and L(u, 1).
        const float* log = logs + u * layout_.log_stride + 1;
        out[u] = log[2] + log[1] + log[1];
      }
    }
  }
}

// N(k) - N(-k), first of the columns 0 and 1, then of the rows.
void ImaginaryPart::subtract_mirrored_sums(const float* row_sums) {
  float* out = shares_.data();
  const auto sums_of = [&](std::size_t u) { return row_sums + u * layout_.log_stride; };
  for (std::size_t v = 0; v < column_count_; ++v) {
    const float* mirrored = mirrored_sums_.data() + v * layout_.height;
    for (std::size_t u = 0; u < layout_.height; ++u) {
      const Neighbours near = neighbours(u, layout_.height);
      const Neighbours mirror = mirrored_neighbours(u, layout_.height);
      const float sum = sums_of(near.above)[v] + sums_of(u)[v] + sums_of(near.below)[v];
      *out++ = sum - (mirrored[mirror.above] + mirrored[u] + mirrored[mirror.below]);
    }
  }
  for (const std::size_t u : rows_) {
    const Neighbours near = neighbours(u, layout_.height);
    const Neighbours mirror = mirrored_neighbours(u, layout_.height);
    // Beyond column 1, S(-u, -v) = S(u, v), and row u itself is in both sums. The values
    // in columns 0 and 1 are not used.
    for (std::size_t v = 0; v < layout_.columns; ++v) {
      *out++ = (sums_of(near.above)[v] + sums_of(near.below)[v]) -
               (sums_of(mirror.above)[v] + sums_of(mirror.below)[v]);
    }
  }
}

// Leaves F g+ in `filtered` and puts H = -i F g- into the lines.
void ImaginaryPart::move_shares(float* filtered) {
  const float* share = shares_.data();
  const auto take = [&](std::size_t u, std::size_t v) {
    float* value = filtered + 2 * (u * layout_.stride + v);
    const float re = value[0] * *share;
    const float im = value[1] * *share;
    value[0] -= re;
    value[1] -= im;
    return std::array{im, -re};  // -i (re + i im)
  };
  for (std::size_t v = 0; v < column_count_; ++v) {
    float* line = column_lines_.data() + 2 * v * layout_.height;
    for (std::size_t u = 0; u < layout_.height; ++u, ++share) {
      std::ranges::copy(take(u, v), line + 2 * u);
    }
  }
  // Columns 0, 1 and -1 belong to the column lines, so these lines are 0 there.
  std::fill_n(row_lines_.data(), 4 * layout_.width, 0.0F);
  const std::size_t last = mirrored_frequency<std::size_t>(1, layout_.height);
  for (const std::size_t u : rows_) {
    share += column_count_;
    for (std::size_t v = column_count_; v < layout_.columns; ++v, ++share) {
      const auto [re, im] = take(u, v);
      float* line = row_lines_.data() + (u == 0 ? 0 : 2 * layout_.width);
      if (u <= 1) {
        line[2 * v] = re;
        line[2 * v + 1] = im;
      }
      // What the half does not hold of rows 0 and 1: H(-u, -v) = conj(H(u, v)).
      if (u == 0 || u == last) {
        const std::size_t mirror = layout_.width - v;
        line[2 * mirror] = re;
        line[2 * mirror + 1] = -im;
      }
    }
  }
}

// The five products: C_0 and R_0 by 1, then C_1 and R_1 by the waves of line 1.
void ImaginaryPart::transform_lines(const HalfSpectrum& filtered) {
  filtered.inverse_two_columns(column_lines_.data());
  filtered.inverse_two_rows(row_lines_.data());
  const auto real = [](const float* line, std::size_t i) { return line[2 * i]; };
  const auto imag = [](const float* line, std::size_t i) { return line[2 * i + 1]; };
  const float* first = column_lines_.data() + 2 * layout_.height;
  const float columns_like_it = lines_like_first(layout_.width);
  for (std::size_t y = 0; y < layout_.height; ++y) {
    column_factors_[0][y] = real(column_lines_.data(), y);
    column_factors_[1][y] = columns_like_it * real(first, y);
    column_factors_[2][y] = -columns_like_it * imag(first, y);
  }
  first = row_lines_.data() + 2 * layout_.width;
  const float rows_like_it = lines_like_first(layout_.height);
  for (std::size_t x = 0; x < layout_.width; ++x) {
    row_factors_[0][x] = real(row_lines_.data(), x);
    row_factors_[3][x] = rows_like_it * real(first, x);
    row_factors_[4][x] = -rows_like_it * imag(first, x);
  }
}

}  // namespace guidedmixup

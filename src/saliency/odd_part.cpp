#include "odd_part.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace guidedmixup {
namespace {

// Those above and below a row within the array, whose border repeats.
struct RowsAround {
  std::size_t above;
  std::size_t below;
};

RowsAround rows_around(std::size_t y, std::size_t height) {
  return {y == 0 ? 0 : y - 1, std::min(y + 1, height - 1)};
}

// Those around the mirror of row y, mirrored back.
RowsAround rows_around_mirror(std::size_t y, std::size_t height) {
  const RowsAround there = rows_around(SpectrumLayout::mirror(y, height), height);
  return {SpectrumLayout::mirror(there.below, height), SpectrumLayout::mirror(there.above, height)};
}

// How many lines of `count` have the values of line 1: it and its mirror, unless that is itself.
float lines_like_first(std::size_t count) { return count > 2 ? 2.0F : 1.0F; }

// The wave that line 1 of a spectrum stands for.
void fill_wave(FloatBuffer& cosine, FloatBuffer& sine) {
  for (std::size_t i = 0; i < cosine.size(); ++i) {
    const double turn = static_cast<double>(i) / static_cast<double>(cosine.size());
    cosine[i] = static_cast<float>(std::cos(2.0 * std::numbers::pi * turn));
    sine[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * turn));
  }
}

}  // namespace

OddPart::OddPart(Size size)
    : at_(size),
      odd_columns_(std::min<std::size_t>(at_.half, 2)),
      odd_rows_{0},
      mirrored_sums_(2 * at_.height),
      columns_(2 * at_.height),
      rows_(2 * at_.width) {
  if (at_.height > 1) odd_rows_.push_back(1);
  if (at_.height > 2) odd_rows_.push_back(at_.height - 1);
  const std::size_t shares = odd_columns_ * at_.height + odd_rows_.size() * at_.half;
  shares_.assign(SpectrumLayout::whole_vectors(shares), 0.0F);
  for (FloatBuffer& row : row_terms_) row.resize(at_.width);
  for (FloatBuffer& column : column_terms_) column.resize(at_.height);
  fill_wave(row_terms_[1], row_terms_[2]);
  fill_wave(column_terms_[3], column_terms_[4]);
}

spectrum_loops::ImaginaryPart OddPart::imaginary() const {
  spectrum_loops::ImaginaryPart part{};
  for (int t = 0; t < kTerms; ++t) {
    part.rows[t] = row_terms_[t].data();
    part.columns[t] = column_terms_[t].data();
  }
  return part;
}

void OddPart::take_from(RealTransform& transform, const float* logs, const float* sums) {
  sum_mirrored_columns(logs, sums);
  difference_to_mirror(sums);
  spectrum_loops::odd_shares(shares_.data(), shares_.size());
  move_shares(transform.spectrum());
  transform_lines(transform);
}

void OddPart::sum_mirrored_columns(const float* logs, const float* sums) {
  for (std::size_t k = 0; k < odd_columns_; ++k) {
    float* out = mirrored_sums_.data() + k * at_.height;
    for (std::size_t y = 0; y < at_.height; ++y) {
      if (SpectrumLayout::mirror(k, at_.width) == k) {
        out[y] = sums[SpectrumLayout::mirror(y, at_.height) * at_.log_stride + k];
      } else {
        // Column -1 counts twice, since it repeats as the border. Mirrored these are columns 1
        // and 2, which lie behind the value before the first.
        const float* row = logs + y * at_.log_stride + 1;
        out[y] = row[2] + row[1] + row[1];
      }
    }
  }
}

void OddPart::difference_to_mirror(const float* sums) {
  float* out = shares_.data();
  const auto sums_row = [&](std::size_t y) { return sums + y * at_.log_stride; };
  for (std::size_t k = 0; k < odd_columns_; ++k) {
    const float* mirrored = mirrored_sums_.data() + k * at_.height;
    for (std::size_t y = 0; y < at_.height; ++y) {
      const RowsAround here = rows_around(y, at_.height);
      const RowsAround there = rows_around_mirror(y, at_.height);
      const float sum = sums_row(here.above)[k] + sums_row(y)[k] + sums_row(here.below)[k];
      *out++ = sum - (mirrored[there.above] + mirrored[y] + mirrored[there.below]);
    }
  }
  for (const std::size_t y : odd_rows_) {
    const RowsAround here = rows_around(y, at_.height);
    const RowsAround there = rows_around_mirror(y, at_.height);
    // Beyond column 1 sums mirror each other; the row itself is in both.
    for (std::size_t k = 0; k < at_.half; ++k) {
      *out++ = (sums_row(here.above)[k] + sums_row(here.below)[k]) -
               (sums_row(there.above)[k] + sums_row(there.below)[k]);
    }
  }
}

void OddPart::move_shares(float* spectrum) {
  const float* share = shares_.data();
  // Returns -i times what it takes: a real image has this spectrum.
  const auto take = [&](std::size_t y, std::size_t k) {
    float* value = spectrum + 2 * (y * at_.stride + k);
    const float re = value[0] * *share;
    const float im = value[1] * *share;
    value[0] -= re;
    value[1] -= im;
    return std::array{im, -re};
  };
  for (std::size_t k = 0; k < odd_columns_; ++k) {
    float* out = columns_.data() + 2 * k * at_.height;
    for (std::size_t y = 0; y < at_.height; ++y, ++share) {
      std::ranges::copy(take(y, k), out + 2 * y);
    }
  }
  // Row 1 gets its mirrored half from row -1. Columns 0, 1 and -1 were taken above.
  std::fill_n(rows_.data(), 4 * at_.width, 0.0F);
  const std::size_t last = SpectrumLayout::mirror(1, at_.height);
  for (const std::size_t y : odd_rows_) {
    share += odd_columns_;
    for (std::size_t k = odd_columns_; k < at_.half; ++k, ++share) {
      const auto [re, im] = take(y, k);
      float* row = rows_.data() + (y == 0 ? 0 : 2 * at_.width);
      if (y <= 1) {
        row[2 * k] = re;
        row[2 * k + 1] = im;
      }
      if (y == 0 || y == last) {
        const std::size_t mirror = at_.width - k;
        row[2 * mirror] = re;
        row[2 * mirror + 1] = -im;
      }
    }
  }
}

void OddPart::transform_lines(const RealTransform& transform) {
  transform.inverse_two_columns(columns_.data());
  transform.inverse_two_rows(rows_.data());
  const auto real = [](const float* line, std::size_t i) { return line[2 * i]; };
  const auto imag = [](const float* line, std::size_t i) { return line[2 * i + 1]; };
  const float* line = columns_.data() + 2 * at_.height;
  const float columns_like_it = lines_like_first(at_.width);
  for (std::size_t y = 0; y < at_.height; ++y) {
    column_terms_[0][y] = real(columns_.data(), y);
    column_terms_[1][y] = columns_like_it * real(line, y);
    column_terms_[2][y] = -columns_like_it * imag(line, y);
  }
  line = rows_.data() + 2 * at_.width;
  const float rows_like_it = lines_like_first(at_.height);
  for (std::size_t x = 0; x < at_.width; ++x) {
    row_terms_[0][x] = real(rows_.data(), x);
    row_terms_[3][x] = rows_like_it * real(line, x);
    row_terms_[4][x] = -rows_like_it * imag(line, x);
  }
}

}  // namespace guidedmixup

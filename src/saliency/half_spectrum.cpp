#include "half_spectrum.hpp"

namespace guidedmixup {
namespace {

// FFTW takes wide vectors only for a number of lines that fills them, and half as wide ones for the
// 65 columns of a 128. Lines of zeros make up the number.
std::size_t whole_fours(std::size_t lines) { return (lines + 3) / 4 * 4; }

FourierLines paired_rows(const SpectrumLayout& layout) {
  return {.length = layout.width,
          .count = whole_fours(layout.pair_count),
          .distance = layout.pair_stride};
}
FourierLines kept_columns(const SpectrumLayout& layout) {
  return {.length = layout.height, .count = whole_fours(layout.columns), .stride = layout.stride};
}
FourierLines two_lines(std::size_t length) {
  return {.length = length, .count = 2, .distance = length};
}

}  // namespace

HalfSpectrum::HalfSpectrum(Size size)
    : layout_(size),
      rows_(paired_rows(layout_), FourierDirection::kForward),
      columns_(kept_columns(layout_), FourierDirection::kForward),
      inverse_columns_(kept_columns(layout_), FourierDirection::kInverse),
      inverse_rows_(paired_rows(layout_), FourierDirection::kInverse),
      two_rows_(two_lines(layout_.width), FourierDirection::kInverse),
      two_columns_(two_lines(layout_.height), FourierDirection::kInverse),
      values_(2 * layout_.stride * layout_.height, 0.0F),
      row_pairs_(2 * layout_.pair_stride * whole_fours(layout_.pair_count), 0.0F) {}

void HalfSpectrum::forward(std::span<const float> pixels, float mean) {
  spectrum_loops::pair_rows(layout_, pixels.data(), mean, row_pairs_.data());
  rows_.apply(row_pairs_.data());
  spectrum_loops::split_row_pairs(layout_, row_pairs_.data(), values_.data());
  columns_.apply(values_.data());
}

void HalfSpectrum::inverse() {
  inverse_columns_.apply(values_.data());
  spectrum_loops::join_row_pairs(layout_, values_.data(), row_pairs_.data());
  inverse_rows_.apply(row_pairs_.data());
}

void HalfSpectrum::inverse_two_rows(float* rows) const { two_rows_.apply(rows); }

void HalfSpectrum::inverse_two_columns(float* columns) const { two_columns_.apply(columns); }

}  // namespace guidedmixup

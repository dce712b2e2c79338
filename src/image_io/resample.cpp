// Separable: for each output row, a weighted sum of input rows in float32 (contiguous, so it
// vectorises), then for each output pixel a weighted sum of that row's pixels, whose three channels
// travel as one vector of four floats. Only one row of sums exists at a time, so it stays in the
// first-level cache and nothing is rounded before the end. Only an image of few and very long rows
// goes the other way.
#include "resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace guidedmixup::image_io {
namespace {

// The inputs of each output along one axis: `count` weights from `first` on, which sum to 1.
struct Taps {
  struct Run {
    int first;
    int count;
    std::size_t weight;  // where the weights start
  };
  std::vector<Run> runs;
  std::vector<float> weights;

  [[nodiscard]] int begin() const { return runs.front().first; }
  [[nodiscard]] int end() const { return runs.back().first + runs.back().count; }
};

// Outputs `from` to `from + count - 1` of an axis of `in` inputs and `out` outputs. A triangle of
// half-width max(1, in / out) around the output's centre.
Taps make_taps(int in, int out, int from, int count) {
  const double scale = static_cast<double>(in) / out;
  const double reach = std::max(1.0, scale);
  Taps taps;
  taps.runs.reserve(static_cast<std::size_t>(count));
  taps.weights.reserve(static_cast<std::size_t>(count * (2 * reach + 2)));
  std::vector<double> weights;
  for (int o = from; o < from + count; ++o) {
    const double centre = (o + 0.5) * scale;
    const auto weight = [&](int i) { return 1.0 - std::abs(i + 0.5 - centre) / reach; };
    int first = std::max(0, static_cast<int>(centre - reach));
    int last = std::min(in - 1, static_cast<int>(centre + reach));
    // The triangle's ends were rounded outwards.
    while (weight(first) <= 0.0) ++first;
    while (weight(last) <= 0.0) --last;
    double sum = 0.0;
    for (int i = first; i <= last; ++i) sum += weight(i);
    taps.runs.push_back({first, last - first + 1, taps.weights.size()});
    for (int i = first; i <= last; ++i) {
      taps.weights.push_back(static_cast<float>(weight(i) / sum));
    }
  }
  return taps;
}

// sums[i] = (kAdd ? sums[i] : 0) + the weighted values of kRows rows that are `stride` apart.
template <int kRows, bool kAdd>
void sum_rows(const std::uint8_t* rows, std::size_t stride, const float* weights,
              float* __restrict sums, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) {
    float sum = kAdd ? sums[i] : 0.0F;
    for (int k = 0; k < kRows; ++k) sum += weights[k] * static_cast<float>(rows[k * stride + i]);
    sums[i] = sum;
  }
}

using SumRows = void (*)(const std::uint8_t*, std::size_t, const float*, float*, std::size_t);

// Four rows at a time keep the sums in registers for four additions.
void weighted_row(const std::uint8_t* rows, std::size_t stride, const float* weights, int count,
                  float* sums, std::size_t length) {
  static constexpr SumRows kStart[] = {nullptr, sum_rows<1, false>, sum_rows<2, false>,
                                       sum_rows<3, false>, sum_rows<4, false>};
  static constexpr SumRows kAdd[] = {nullptr, sum_rows<1, true>, sum_rows<2, true>,
                                     sum_rows<3, true>, sum_rows<4, true>};
  for (int done = 0; done < count;) {
    const int block = std::min(4, count - done);
    (done == 0 ? kStart : kAdd)[block](rows + done * stride, stride, weights + done, sums, length);
    done += block;
  }
}

// A compiler's own vector type rather than Highway's: of four lanes on every machine, so that sums
// are the same to the bit, and without a choice when the program runs.
using Pixel = float __attribute__((vector_size(16)));

// `sums` starts at input column `taps.begin()`. Both rows have one float more than three a pixel,
// because each pixel is read and written as four; the fourth is overwritten by the next pixel.
void weighted_columns(const float* sums, const Taps& taps, float* row) {
  const int begin = taps.begin();
  for (const Taps::Run& run : taps.runs) {
    const float* from = sums + std::ptrdiff_t{run.first - begin} * kChannels;
    const float* weights = taps.weights.data() + run.weight;
    Pixel sum = {};
    for (int k = 0; k < run.count; ++k, from += kChannels) {
      Pixel pixel;
      std::memcpy(&pixel, from, sizeof(pixel));
      sum += weights[k] * pixel;
    }
    std::memcpy(row, &sum, sizeof(sum));
    row += kChannels;
  }
}

void round_to_bytes(const float* row, std::uint8_t* out, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) {
    // Weights are not negative and sum to 1, so nothing has to be clamped: the result lies in 0 to
    // 255.
    out[i] = static_cast<std::uint8_t>(static_cast<int>(row[i] + 0.5F));
  }
}

// The other order: first the columns of each input row, then the rows. For an image of few rows
// that are very long and become many short ones, whose long rows would all be summed again for
// each.
void resample_columns_first(ImageView image, const Taps& rows, const Taps& columns,
                            std::uint8_t* out, std::size_t out_stride) {
  const std::size_t length = columns.runs.size() * kChannels;
  std::vector<float> lines;
  lines.reserve(static_cast<std::size_t>(rows.end() - rows.begin()) * length);
  for (int y = rows.begin(); y < rows.end(); ++y) {
    for (const Taps::Run& run : columns.runs) {
      const std::uint8_t* from = image.row(y) + std::ptrdiff_t{run.first} * kChannels;
      const float* weights = columns.weights.data() + run.weight;
      float sum[kChannels] = {};
      for (int k = 0; k < run.count; ++k, from += kChannels) {
        for (int c = 0; c < kChannels; ++c) sum[c] += weights[k] * static_cast<float>(from[c]);
      }
      lines.insert(lines.end(), sum, sum + kChannels);
    }
  }
  std::vector<float> row(length);
  for (const Taps::Run& run : rows.runs) {
    std::fill(row.begin(), row.end(), 0.0F);
    for (int k = 0; k < run.count; ++k) {
      const float* line =
          lines.data() + static_cast<std::size_t>(run.first + k - rows.begin()) * length;
      const float weight = rows.weights[run.weight + static_cast<std::size_t>(k)];
      for (std::size_t i = 0; i < length; ++i) row[i] += weight * line[i];
    }
    round_to_bytes(row.data(), out, length);
    out += out_stride;
  }
}

}  // namespace

void resample(ImageView image, Size scaled, const Window& window, std::uint8_t* out,
              std::size_t out_stride) {
  const Taps rows = make_taps(image.size.height, scaled.height, window.y, window.size.height);
  const Taps columns = make_taps(image.size.width, scaled.width, window.x, window.size.width);
  // Far beyond any photograph, whose bytes stay those of one order.
  constexpr int kMuchTaller = 16;
  if (window.size.height / kMuchTaller > rows.end() - rows.begin() &&
      columns.end() - columns.begin() > window.size.width) {
    return resample_columns_first(image, rows, columns, out, out_stride);
  }
  const std::size_t in_length =
      static_cast<std::size_t>(columns.end() - columns.begin()) * kChannels;
  const std::size_t out_length = static_cast<std::size_t>(window.size.width) * kChannels;
  // One float more: see weighted_columns.
  std::vector<float> sums(in_length + 1);
  std::vector<float> line(out_length + 1);
  for (const Taps::Run& run : rows.runs) {
    const std::uint8_t* first = image.row(run.first) + std::ptrdiff_t{columns.begin()} * kChannels;
    weighted_row(first, image.row_bytes(), rows.weights.data() + run.weight, run.count, sums.data(),
                 in_length);
    weighted_columns(sums.data(), columns, line.data());
    round_to_bytes(line.data(), out, out_length);
    out += out_stride;
  }
}

}  // namespace guidedmixup::image_io

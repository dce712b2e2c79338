/// The steps of a mini-batch on the device, each as what is done for one element: step(k, j) does
/// element j of image k. Compiled for the host as well, where the tests run them in plain loops
/// beside the CPU engine. A step that returns a value can be summed over the elements of an image.
///
/// Arrays of a mini-batch lie image after image, each row by row. Complex values are pairs of
/// floats. `kName` is for messages and measurements.
#pragma once

#include <cmath>
#include <cstdint>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/core/border.hpp>
#include <guidedmixup/core/host_device.hpp>
#include <guidedmixup/mixing/blend.hpp>
#include <guidedmixup/saliency/spectral_formulas.hpp>

namespace guidedmixup::cuda {

using Index = std::int64_t;

struct Extent {
  int width = 0;
  int height = 0;
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE int pixels() const { return width * height; }
  /// Where image k begins in an array of the mini-batch.
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE Index start(int k) const { return Index{pixels()} * k; }
};

/// The tables of a BilinearAxis, wherever they lie.
struct Axis {
  const int* first;
  const int* second;
  const float* weight;
};

/// The uploaded images of a mini-batch: image k lies in slot slots[k].
struct Images {
  const std::uint8_t* pixels;
  const int* slots;
  Extent extent;

  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE const std::uint8_t* image(int k) const {
    return pixels + 3 * extent.start(slots[k]);
  }
};

/// Grey levels on the grid: see grey_on_grid. Returns the level: a whole number or near one.
struct GreyOnGrid {
  static constexpr const char* kName = "grey on the grid";
  Images images;
  Extent grid;
  Axis rows;
  Axis columns;
  float* grey;

  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, int j) const {
    const int x = j % grid.width;
    const int y = j / grid.width;
    const std::uint8_t* image = images.image(k);
    const float level =
        interpolate(level_between_rows(image, columns.first[x], y),
                    level_between_rows(image, columns.second[x], y), columns.weight[x]);
    grey[grid.start(k) + j] = level;
    return static_cast<double>(level);
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float level_between_rows(const std::uint8_t* image, int x,
                                                                 int y) const {
    return interpolate(level(image, x, rows.first[y]), level(image, x, rows.second[y]),
                       rows.weight[y]);
  }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float level(const std::uint8_t* image, int x, int y) const {
    return grey_level(image + Index{3} * (y * images.extent.width + x));
  }
};

/// Takes the mean, a whole number, out of the greys: see SpectralResidual.
struct RemoveMean {
  static constexpr const char* kName = "remove the mean";
  const double* sums;
  Extent grid;
  float* grey;

  GUIDEDMIXUP_HOST_DEVICE void operator()(int k, int j) const {
    grey[grid.start(k) + j] -= static_cast<float>(round(sums[k] / grid.pixels()));
  }
};

/// The half spectrum of the greys: its first coefficient set to the sum, scaled to greys in 0..1,
/// without what lies below the floor; and the logarithms of the amplitudes.
struct ScaleAndLog {
  static constexpr const char* kName = "scale, floor, logarithm";
  const double* sums;
  Extent half;
  float* spectrum;
  float* logs;

  GUIDEDMIXUP_HOST_DEVICE void operator()(int k, int j) const {
    const Index i = half.start(k) + j;
    const double sum = sums[k];
    constexpr auto kScale = static_cast<float>(1.0 / kGreyUnit);
    const auto floor = static_cast<float>(kSpectrumFloor * sum / kGreyUnit);
    float re = kScale * (j == 0 ? static_cast<float>(sum) : spectrum[2 * i]);
    float im = j == 0 ? 0.0F : kScale * spectrum[2 * i + 1];
    // The floor is compared with the square, which spares a root, as on the CPU.
    float power = re * re + im * im;
    if (power < floor * floor) re = im = power = 0.0F;
    spectrum[2 * i] = re;
    spectrum[2 * i + 1] = im;
    logs[i] = 0.5F * logf(power + kLogOffset);
  }
};

/// The full filtered spectrum from the half one: F exp(-mean of nine logarithms), where rows and
/// columns beyond the border repeat it.
struct ApplyResidual {
  static constexpr const char* kName = "spectral residual";
  const float* spectrum;
  const float* logs;
  Extent grid;
  Extent half;
  float* filtered;

  GUIDEDMIXUP_HOST_DEVICE void operator()(int k, int j) const {
    const int row = j / grid.width;
    const int column = j % grid.width;
    const float* own_logs = logs + half.start(k);
    float sum = 0.0F;
    for (int dy = -1; dy <= 1; ++dy) {
      const int y = repeat(row + dy, grid.height);
      for (int dx = -1; dx <= 1; ++dx) {
        sum += own_logs[place_in_half(y, repeat(column + dx, grid.width))];
      }
    }
    const float gain = expf(sum * (-1.0F / 9.0F));
    // Only the left half was transformed; the rest is its conjugate mirror.
    const bool is_mirrored = column >= half.width;
    const float* value = spectrum + 2 * (half.start(k) + place_in_half(row, column));
    float* result = filtered + 2 * (grid.start(k) + j);
    result[0] = value[0] * gain;
    result[1] = (is_mirrored ? -value[1] : value[1]) * gain;
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE int place_in_half(int y, int x) const {
    if (x >= half.width) {  // F(-k) = conj(F(k))
      y = mirrored_frequency(y, grid.height);
      x = mirrored_frequency(x, grid.width);
    }
    return y * half.width + x;
  }
};

// What a step reads that can follow several others: value [i] of an array.

struct Plain {
  const float* values;
  GUIDEDMIXUP_HOST_DEVICE float operator[](Index i) const { return values[i]; }
};

/// The magnitudes of complex values.
struct Magnitude {
  const float* values;
  float scale;
  GUIDEDMIXUP_HOST_DEVICE float operator[](Index i) const {
    const float re = values[2 * i];
    const float im = values[2 * i + 1];
    return scale * sqrtf(re * re + im * im);
  }
};

// The steps from here to Weighed return what they wrote.

template <typename In>
struct Store {
  static constexpr const char* kName = "magnitude";
  In in;
  Extent extent;
  float* out;
  GUIDEDMIXUP_HOST_DEVICE float operator()(int k, int j) const {
    const Index i = extent.start(k) + j;
    return out[i] = in[i];
  }
};

struct Fill {
  static constexpr const char* kName = "fill";
  float value;
  Extent extent;
  float* out;
  GUIDEDMIXUP_HOST_DEVICE float operator()(int k, int j) const {
    return out[extent.start(k) + j] = value;
  }
};

/// One axis of a Gaussian blur: see GaussianBlur.
template <typename In>
struct BlurAxis {
  static constexpr const char* kName = "blur";
  In in;
  const float* taps;
  int radius;
  Extent extent;
  bool along_rows;
  float* out;

  GUIDEDMIXUP_HOST_DEVICE float operator()(int k, int j) const {
    const Index start = extent.start(k);
    const int row = j / extent.width;
    const int column = j % extent.width;
    float sum = 0.0F;
    for (int t = -radius; t <= radius; ++t) {
      const int y = along_rows ? row : reflect(row + t, extent.height);
      const int x = along_rows ? reflect(column + t, extent.width) : column;
      sum += taps[t + radius] * in[start + y * extent.width + x];
    }
    return out[start + j] = sum;
  }
};

/// Maps on a grid, read at full size: see MapGeometry.
struct Maps {
  const float* values;
  Extent grid;
  Extent full;
  Axis rows;
  Axis columns;

  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float value(int k, int y, int x) const {
    const float* map = values + grid.start(k);
    return interpolate(value_in_row(map, rows.first[y], x), value_in_row(map, rows.second[y], x),
                       rows.weight[y]);
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float value_in_row(const float* map, int y, int x) const {
    const float* row = map + y * grid.width;
    return interpolate(row[columns.first[x]], row[columns.second[x]], columns.weight[x]);
  }
};

/// The maps at full size.
struct Spread {
  static constexpr const char* kName = "spread to full size";
  Maps maps;
  float* out;

  GUIDEDMIXUP_HOST_DEVICE float operator()(int k, int j) const {
    const Extent full = maps.full;
    return out[full.start(k) + j] = maps.value(k, j / full.width, j % full.width);
  }
};

/// A step that writes raw maps, weighed so that its sum is that of the full map: a value of the
/// grid counts with the masses of its row and column.
template <typename Step>
struct Weighed {
  static constexpr const char* kName = Step::kName;
  Step step;
  int width;
  const double* row_mass;
  const double* column_mass;

  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, int j) const {
    return row_mass[j / width] * column_mass[j % width] * static_cast<double>(step(k, j));
  }
};

/// Scales raw maps to sum 1 over the full size; a map of zeros becomes the uniform one.
struct Normalise {
  static constexpr const char* kName = "normalise";
  const double* sums;
  const float* raw;
  Extent grid;
  Extent full;
  float* maps;

  GUIDEDMIXUP_HOST_DEVICE void operator()(int k, int j) const {
    const Index i = grid.start(k) + j;
    maps[i] = normal(raw[i], sums[k]);
  }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float normal(float value, double sum) const {
    return sum > 0.0 ? static_cast<float>(static_cast<double>(value) * (1.0 / sum))
                     : static_cast<float>(1.0 / full.pixels());
  }
};

/// An upper bidiagonal factor of one axis: see DistanceVectors.
struct Factor {
  const float* diagonal;
  const float* upper;
};

/// Normalises, and writes the vectors whose distances are those of the full maps as well: see
/// DistanceVectors.
struct NormaliseToVector {
  static constexpr const char* kName = "normalise, vector";
  Normalise normalise;
  Factor rows;
  Factor columns;
  float* vectors;

  GUIDEDMIXUP_HOST_DEVICE void operator()(int k, int j) const {
    const Extent grid = normalise.grid;
    const int x = j % grid.width;
    const int y = j / grid.width;
    const Index i = grid.start(k) + j;
    normalise(k, j);
    // Row and column factor together: four values of the map for each of the vector.
    const float next = x + 1 < grid.width ? row_product(k, i + 1, y) : 0.0F;
    vectors[i] = columns.diagonal[x] * row_product(k, i, y) + columns.upper[x] * next;
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float row_product(int k, Index i, int y) const {
    const Extent grid = normalise.grid;
    const Index below = y + 1 < grid.height ? i + grid.width : i;  // its factor is 0
    const double sum = normalise.sums[k];
    return rows.diagonal[y] * normalise.normal(normalise.raw[i], sum) +
           rows.upper[y] * normalise.normal(normalise.raw[below], sum);
  }
};

/// To be summed: the squared distance between each image's vector and its partner's.
struct SquaredDifference {
  static constexpr const char* kName = "distances of pairs";
  const float* vectors;
  int length;
  const int* partners;
  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, int j) const {
    const double difference = static_cast<double>(vectors[Index{length} * k + j]) -
                              static_cast<double>(vectors[Index{length} * partners[k] + j]);
    return difference * difference;
  }
};

/// Pixel j of output k: image k by the mask, its partner by the rest.
GUIDEDMIXUP_HOST_DEVICE inline void mix_pixel(const Images& images, int k, int partner, int j,
                                              float mask, std::uint8_t* out) {
  const std::uint8_t* source = images.image(k) + Index{3} * j;
  const std::uint8_t* target = images.image(partner) + Index{3} * j;
  std::uint8_t* mixed = out + 3 * (images.extent.start(k) + j);
  for (int c = 0; c < 3; ++c) mixed[c] = blend(mask, source[c], target[c]);
}

/// Guided mixing of one pixel of output first + k; returns the mask there.
struct MixGuided {
  static constexpr const char* kName = "mask, blend, label";
  Images images;
  const int* partners;
  Maps maps;
  int first;
  std::uint8_t* out;

  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, int j) const {
    k += first;
    const int partner = partners[k];
    const int y = j / images.extent.width;
    const int x = j % images.extent.width;
    const float mask = guided_mask(maps.value(k, y, x), maps.value(partner, y, x));
    mix_pixel(images, k, partner, j, mask, out);
    return static_cast<double>(mask);
  }
};

/// Mixing of one pixel of output first + k by shares that are constant, or by a box.
struct MixShares {
  static constexpr const char* kName = "blend";
  Images images;
  const int* partners;
  const BoxShare* shares;  ///< of each output
  int first;
  std::uint8_t* out;

  GUIDEDMIXUP_HOST_DEVICE void operator()(int k, int j) const {
    k += first;
    const int y = j / images.extent.width;
    const int x = j % images.extent.width;
    const BoxShare& share = shares[k];
    const Box& box = share.box;
    const bool is_inside = y >= box.row1 && y < box.row2 && x >= box.column1 && x < box.column2;
    const float mask = is_inside ? share.inside : share.outside;
    mix_pixel(images, k, partners[k], j, mask, out);
  }
};

}  // namespace guidedmixup::cuda

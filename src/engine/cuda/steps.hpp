/// The steps of a mini-batch on the device, each as what is done for one element. Compiled for the
/// host as well, where the tests run them in plain loops beside the CPU engine.
///
/// Arrays of a mini-batch lie image after image, each row by row; element i of a step is element i
/// of what it writes. Complex values are pairs of floats.
#pragma once

#include <cmath>
#include <cstdint>

#include <guidedmixup/core/host_device.hpp>
#include <guidedmixup/mixing/blend.hpp>

namespace guidedmixup::cuda {

using Index = std::int64_t;

struct Extent {
  int width = 0;
  int height = 0;
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE Index pixels() const { return Index{width} * height; }
};

/// Which element of which image element i is.
struct Place {
  GUIDEDMIXUP_HOST_DEVICE Place(Index i, Extent extent)
      : image(static_cast<int>(i / extent.pixels())),
        y(static_cast<int>(i % extent.pixels() / extent.width)),
        x(static_cast<int>(i % extent.width)) {}
  int image;
  int y;
  int x;
};

/// The tables of a BilinearAxis, wherever they lie.
struct Axis {
  const int* first;
  const int* second;
  const float* weight;
};

GUIDEDMIXUP_HOST_DEVICE inline float between(float first, float second, float weight) {
  return (1.0F - weight) * first + weight * second;
}

/// The uploaded images of a mini-batch: image k lies in slot slots[k].
struct Images {
  const std::uint8_t* pixels;
  const int* slots;
  Extent extent;

  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE const std::uint8_t* image(int k) const {
    return pixels + 3 * extent.pixels() * slots[k];
  }
};

/// Grey levels on the grid: see grey_on_grid.
struct GreyOnGrid {
  Images images;
  Extent grid;
  Axis rows;
  Axis columns;
  float* grey;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Place at(i, grid);
    const std::uint8_t* image = images.image(at.image);
    const float first = down(image, columns.first[at.x], at.y);
    const float second = down(image, columns.second[at.x], at.y);
    grey[i] = between(first, second, columns.weight[at.x]);
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float down(const std::uint8_t* image, int x, int y) const {
    return between(level(image, x, rows.first[y]), level(image, x, rows.second[y]), rows.weight[y]);
  }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float level(const std::uint8_t* image, int x, int y) const {
    const std::uint8_t* pixel = image + 3 * (Index{y} * images.extent.width + x);
    return 2989.0F * pixel[0] + 5870.0F * pixel[1] + 1140.0F * pixel[2];
  }
};

/// Takes the mean, a whole number, out of the greys: see SpectralResidual.
struct LessMean {
  const double* sums;
  Extent grid;
  float* grey;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Index pixels = grid.pixels();
    grey[i] -= static_cast<float>(round(sums[i / pixels] / static_cast<double>(pixels)));
  }
};

/// The half spectrum of the greys: its first coefficient set to the sum, scaled to greys in 0..1,
/// without what lies below the floor; and the logarithms of the amplitudes.
struct ScaleAndLog {
  const double* sums;
  Extent half;
  double floor_share;
  double unit;
  float* spectrum;
  float* logs;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Index pixels = half.pixels();
    const double sum = sums[i / pixels];
    const auto scale = static_cast<float>(1.0 / unit);
    const auto floor = static_cast<float>(floor_share * sum / unit);
    const bool is_first = i % pixels == 0;
    float re = scale * (is_first ? static_cast<float>(sum) : spectrum[2 * i]);
    float im = is_first ? 0.0F : scale * spectrum[2 * i + 1];
    float power = re * re + im * im;
    if (power < floor * floor) re = im = power = 0.0F;
    spectrum[2 * i] = re;
    spectrum[2 * i + 1] = im;
    logs[i] = 0.5F * logf(power + 1e-10F);
  }
};

/// The full filtered spectrum from the half one: F exp(-mean of nine logarithms), where rows and
/// columns beyond the border repeat it.
struct ApplyResidual {
  const float* spectrum;
  const float* logs;
  Extent grid;
  Extent half;
  float* filtered;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Place at(i, grid);
    float sum = 0.0F;
    for (int dy = -1; dy <= 1; ++dy) {
      const int y = inside(at.y + dy, grid.height);
      for (int dx = -1; dx <= 1; ++dx) sum += log_at(at.image, y, inside(at.x + dx, grid.width));
    }
    const float gain = expf(sum * (-1.0F / 9.0F));
    const bool is_mirrored = at.x >= half.width;
    const float* value = spectrum + 2 * place_in_half(at.image, at.y, at.x);
    filtered[2 * i] = value[0] * gain;
    filtered[2 * i + 1] = (is_mirrored ? -value[1] : value[1]) * gain;
  }

 private:
  static GUIDEDMIXUP_HOST_DEVICE int inside(int index, int count) {
    return index < 0 ? 0 : (index < count ? index : count - 1);
  }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE Index place_in_half(int image, int y, int x) const {
    if (x >= half.width) {  // F(-k) = conj(F(k))
      y = y == 0 ? 0 : grid.height - y;
      x = grid.width - x;
    }
    return half.pixels() * image + Index{y} * half.width + x;
  }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float log_at(int image, int y, int x) const {
    return logs[place_in_half(image, y, x)];
  }
};

struct Magnitude {
  const float* values;
  float scale;
  float* map;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const float re = values[2 * i];
    const float im = values[2 * i + 1];
    map[i] = scale * sqrtf(re * re + im * im);
  }
};

/// One axis of a Gaussian blur: see GaussianBlur.
struct BlurAxis {
  const float* in;
  const float* taps;
  int radius;
  Extent extent;
  bool along_rows;
  float* out;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Place at(i, extent);
    const float* image = in + extent.pixels() * at.image;
    float sum = 0.0F;
    for (int t = -radius; t <= radius; ++t) {
      const int y = along_rows ? at.y : reflect(at.y + t, extent.height);
      const int x = along_rows ? reflect(at.x + t, extent.width) : at.x;
      sum += taps[t + radius] * image[Index{y} * extent.width + x];
    }
    out[i] = sum;
  }

 private:
  static GUIDEDMIXUP_HOST_DEVICE int reflect(int index, int length) {
    if (length == 1) return 0;
    while (index < 0 || index >= length) {
      index = index < 0 ? -index : 2 * (length - 1) - index;
    }
    return index;
  }
};

/// Maps on a grid, read at full size: see MapGeometry.
struct Maps {
  const float* values;
  Extent grid;
  Extent full;
  Axis rows;
  Axis columns;

  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float at(int image, int y, int x) const {
    const float* map = values + grid.pixels() * image;
    return between(along(map, rows.first[y], x), along(map, rows.second[y], x), rows.weight[y]);
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float along(const float* map, int y, int x) const {
    const float* row = map + Index{y} * grid.width;
    return between(row[columns.first[x]], row[columns.second[x]], columns.weight[x]);
  }
};

/// The maps at full size.
struct Spread {
  Maps maps;
  float* out;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Place at(i, maps.full);
    out[i] = maps.at(at.image, at.y, at.x);
  }
};

/// Scales raw maps to sum 1 over the full size; a map of zeros becomes the uniform one.
struct Normalise {
  const double* sums;
  Extent grid;
  Extent full;
  float* maps;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const double sum = sums[i / grid.pixels()];
    maps[i] = sum > 0.0 ? static_cast<float>(static_cast<double>(maps[i]) * (1.0 / sum))
                        : static_cast<float>(1.0 / static_cast<double>(full.pixels()));
  }
};

struct Fill {
  float value;
  float* out;
  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const { out[i] = value; }
};

/// An upper bidiagonal factor of one axis: see DistanceVectors.
struct Factor {
  const float* diagonal;
  const float* upper;
};

/// The vectors whose distances are those of the full maps: see DistanceVectors.
struct ToVector {
  const float* maps;
  Extent grid;
  Factor rows;
  Factor columns;
  float* vectors;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Place at(i, grid);
    const float next = at.x + 1 < grid.width ? down(i + 1, at.y) : 0.0F;
    vectors[i] = columns.diagonal[at.x] * down(i, at.y) + columns.upper[at.x] * next;
  }

 private:
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE float down(Index i, int y) const {
    const Index below = y + 1 < grid.height ? i + grid.width : i;  // its factor is 0
    return rows.diagonal[y] * maps[i] + rows.upper[y] * maps[below];
  }
};

/// Guided mixing of one pixel; returns the mask there.
struct MixGuided {
  Images images;
  const int* partners;
  Maps maps;
  std::uint8_t* out;

  GUIDEDMIXUP_HOST_DEVICE float operator()(int k, int y, int x) const {
    const int partner = partners[k];
    const float mask = guided_mask(maps.at(k, y, x), maps.at(partner, y, x));
    const Index pixel = 3 * (Index{y} * images.extent.width + x);
    const std::uint8_t* source = images.image(k) + pixel;
    const std::uint8_t* target = images.image(partner) + pixel;
    std::uint8_t* mixed = out + 3 * images.extent.pixels() * k + pixel;
    for (int c = 0; c < 3; ++c) mixed[c] = blend(mask, source[c], target[c]);
    return mask;
  }
};

/// Mixing with one mask for all images: `inside` within the box, `outside` elsewhere. A ratio for
/// all pixels has the whole image as its box.
struct MixBox {
  Images images;
  const int* partners;
  Box box;
  float inside;
  float outside;
  std::uint8_t* out;

  GUIDEDMIXUP_HOST_DEVICE void operator()(Index i) const {
    const Place at(i, images.extent);
    const bool is_inside =
        at.y >= box.row1 && at.y < box.row2 && at.x >= box.column1 && at.x < box.column2;
    const float mask = is_inside ? inside : outside;
    const Index pixel = 3 * (i % images.extent.pixels());
    const std::uint8_t* source = images.image(at.image) + pixel;
    const std::uint8_t* target = images.image(partners[at.image]) + pixel;
    for (int c = 0; c < 3; ++c) out[3 * i + c] = blend(mask, source[c], target[c]);
  }
};

// What is summed up: term j of image k, in double.

struct GreyTerm {
  const float* grey;
  Extent grid;
  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, Index j) const {
    return static_cast<double>(grey[grid.pixels() * k + j]);
  }
};

/// The sum of the full map from the grid: each value counts with the masses of its row and column.
struct MassTerm {
  const float* maps;
  Extent grid;
  const double* row_mass;
  const double* column_mass;
  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, Index j) const {
    return row_mass[j / grid.width] * column_mass[j % grid.width] *
           static_cast<double>(maps[grid.pixels() * k + j]);
  }
};

struct SquaredDifferenceTerm {
  const float* vectors;
  Index length;
  const int* partners;
  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, Index j) const {
    const double difference = static_cast<double>(vectors[length * k + j]) -
                              static_cast<double>(vectors[length * partners[k] + j]);
    return difference * difference;
  }
};

/// The sums of the rows of a mask.
struct RowTerm {
  const double* row_sums;
  int height;
  GUIDEDMIXUP_HOST_DEVICE double operator()(int k, Index j) const {
    return row_sums[Index{height} * k + j];
  }
};

}  // namespace guidedmixup::cuda

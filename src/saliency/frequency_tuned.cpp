// The saliency method `frequency-tuned`: how far the colour of a pixel, slightly blurred, lies from
// the mean colour of the image, in CIELAB (Achanta et al., "Frequency-tuned salient region
// detection", CVPR 2009).
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image_detector.hpp"
#include "registry.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "frequency_tuned.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

// The loops over a row, compiled once for each kind of vector unit. Plain loops, of which the
// compiler makes vectors: additions, products and quotients of float32 without reordering, so every
// machine gives the same distances.
HWY_BEFORE_NAMESPACE();
// NOLINTNEXTLINE(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace guidedmixup::frequency_tuned {
namespace HWY_NAMESPACE {
namespace {

// A third of the exponent is a guess within 4%; each step of Halley's method triples the digits.
HWY_INLINE float cube_root(float x) {
  float y = std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) / 3U + 0x2A514067U);
  for (int step = 0; step < 2; ++step) {
    const float cube = y * y * y;
    y = y * (cube + 2.0F * x) / (2.0F * cube + x);
  }
  return y;
}

// CIELAB's compression of X, Y or Z, as parts of the white point.
HWY_INLINE float compressed(float t) {
  constexpr float kDark = 216.0F / 24389.0F;
  const float dark = (24389.0F / 27.0F * t + 16.0F) / 116.0F;
  // Of what is certainly above 0: both sides are computed for each pixel.
  const float light = cube_root(t > kDark ? t : kDark);
  return t > kDark ? light : dark;
}

// `linear` has R, G and B as planes of `count` values without sRGB's curve; `matrix` brings them to
// parts of the white. Writes L, a and b over them.
void lab_row(const float* matrix, std::size_t count, float* __restrict red, float* __restrict green,
             float* __restrict blue) {
  for (std::size_t x = 0; x < count; ++x) {
    const auto part = [&](int row) {
      const float* weights = matrix + 3 * row;
      return compressed(weights[0] * red[x] + weights[1] * green[x] + weights[2] * blue[x]);
    };
    const float fx = part(0);
    const float fy = part(1);
    const float fz = part(2);
    red[x] = 116.0F * fy - 16.0F;
    green[x] = 500.0F * (fx - fy);
    blue[x] = 200.0F * (fy - fz);
  }
}

// [1, 4, 6, 4, 1] / 16 of five rows.
void blur_down(const float* const* rows, std::size_t count, float* __restrict out) {
  for (std::size_t x = 0; x < count; ++x) {
    out[x] = (rows[0][x] + rows[4][x] + 4.0F * (rows[1][x] + rows[3][x]) + 6.0F * rows[2][x]) *
             (1.0F / 16.0F);
  }
}

// The same along a row that has two values before its first and behind its last, and the square of
// the distance from the mean added up.
void add_squares(const float* row, float mean, std::size_t count, float* __restrict sums) {
  for (std::size_t x = 0; x < count; ++x) {
    const float blurred =
        (row[x] + row[x + 4] + 4.0F * (row[x + 1] + row[x + 3]) + 6.0F * row[x + 2]) *
        (1.0F / 16.0F);
    const float distance = blurred - mean;
    sums[x] += distance * distance;
  }
}

void square_roots(float* values, std::size_t count) {
  for (std::size_t x = 0; x < count; ++x) values[x] = std::sqrt(values[x]);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup::frequency_tuned
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {
namespace frequency_tuned {
namespace {

HWY_EXPORT(lab_row);
HWY_EXPORT(blur_down);
HWY_EXPORT(add_squares);
HWY_EXPORT(square_roots);

// In units of CIELAB. Rounding gives a flat image up to 5e-5; one pixel of 3 x 3 that differs by
// one level in the channel that counts least gives 1e-3.
constexpr float kFlat = 2e-4F;

// From linear sRGB to X, Y and Z as parts of the white of D65, row by row.
constexpr std::array<float, 9> kToWhiteParts{
    .4124564F / .95047F, .3575761F / .95047F,  .1804375F / .95047F,  .2126729F,           .7151522F,
    .0721750F,           .0193339F / 1.08883F, .1191920F / 1.08883F, .9503041F / 1.08883F};

// Each level of 8 bits without sRGB's curve.
std::array<float, 256> linear_levels() {
  std::array<float, 256> levels{};
  for (std::size_t level = 0; level < levels.size(); ++level) {
    const double value = static_cast<double>(level) / 255.0;
    levels[level] = static_cast<float>(value <= 0.04045 ? value / 12.92
                                                        : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return levels;
}

class FrequencyTunedWorker {
 public:
  FrequencyTunedWorker(const ParameterValues& values, Size size)
      : size_(size),
        width_(static_cast<std::size_t>(size.width)),
        levels_(linear_levels()),
        geometry_(std::make_shared<MapGeometry>(map_size(values, size), size)),
        padded_(width_ + 4),
        map_(width_ * static_cast<std::size_t>(size.height)) {
    for (auto& plane : lab_) plane.resize(map_.size());
  }

  static Size map_size(const ParameterValues& /*values*/, Size size) { return size; }

  SaliencyMap detect(ImageView image) {
    to_lab(image);
    std::fill(map_.begin(), map_.end(), 0.0F);
    for (const auto& plane : lab_) add_distances(plane);
    HWY_DYNAMIC_DISPATCH(square_roots)(map_.data(), map_.size());
    if (*std::max_element(map_.begin(), map_.end()) < kFlat) {
      std::fill(map_.begin(), map_.end(), 0.0F);
    }
    return {geometry_, map_};
  }

 private:
  void to_lab(ImageView image) {
    for (int y = 0; y < size_.height; ++y) {
      const std::uint8_t* pixels = image.row(y);
      const std::size_t row = static_cast<std::size_t>(y) * width_;
      for (std::size_t x = 0; x < width_; ++x) {
        for (std::size_t c = 0; c < lab_.size(); ++c) {
          lab_[c][row + x] = levels_[pixels[3 * x + c]];
        }
      }
      HWY_DYNAMIC_DISPATCH(lab_row)
      (kToWhiteParts.data(), width_, &lab_[0][row], &lab_[1][row], &lab_[2][row]);
    }
  }

  // Beyond the border an image goes on with its outermost pixels.
  void add_distances(const std::vector<float>& plane) {
    double sum = 0.0;
    for (const float value : plane) sum += static_cast<double>(value);
    const auto mean = static_cast<float>(sum / static_cast<double>(plane.size()));
    for (int y = 0; y < size_.height; ++y) {
      std::array<const float*, 5> rows{};
      for (int k = 0; k < 5; ++k) {
        const int from = std::clamp(y + k - 2, 0, size_.height - 1);
        rows[k] = plane.data() + static_cast<std::size_t>(from) * width_;
      }
      HWY_DYNAMIC_DISPATCH(blur_down)(rows.data(), width_, padded_.data() + 2);
      padded_[0] = padded_[1] = padded_[2];
      padded_[width_ + 2] = padded_[width_ + 3] = padded_[width_ + 1];
      HWY_DYNAMIC_DISPATCH(add_squares)
      (padded_.data(), mean, width_, map_.data() + static_cast<std::size_t>(y) * width_);
    }
  }

  Size size_;
  std::size_t width_;
  std::array<float, 256> levels_;
  std::shared_ptr<const MapGeometry> geometry_;
  std::array<std::vector<float>, 3> lab_;  // L, a, b
  std::vector<float> padded_;              // a row with two values on either side
  std::vector<float> map_;
};

}  // namespace
}  // namespace frequency_tuned

const SaliencyInfo kFrequencyTuned{
    .name = "frequency-tuned",
    .summary = "how far each pixel's colour, slightly blurred, lies from the mean colour",
    .paper = "Achanta et al., CVPR 2009",
    .make = make_image_detector<frequency_tuned::FrequencyTunedWorker>};

}  // namespace guidedmixup
#endif

// The saliency method `fine-grained`: how much brighter or darker a pixel is than the mean of the
// windows around it, at six scales (Montabone and Soto 2010). SaliencyMix takes it from OpenCV, so
// each rounding is that of cv::saliency::StaticSaliencyFineGrained.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <guidedmixup/core/border.hpp>

#include "image_detector.hpp"
#include "registry.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fine_grained.cpp"  // NOLINT(readability-identifier-naming)
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

// The loops over a row, compiled once for each kind of vector unit. Plain loops: the compiler makes
// vectors of them by itself. All is exact or a single float32 operation, so every machine gives the
// same map.
HWY_BEFORE_NAMESPACE();
// NOLINTNEXTLINE(modernize-concat-nested-namespaces): HWY_NAMESPACE is a macro
namespace guidedmixup::fine_grained {
namespace HWY_NAMESPACE {
namespace {

// OpenCV's 8-bit grey: fixed point with 15 bits behind the point.
void grey_row(const std::uint8_t* rgb, const int* weights, std::size_t count, std::uint8_t* grey) {
  constexpr int kShift = 15;
  for (std::size_t x = 0; x < count; ++x) {
    const int sum =
        weights[0] * rgb[3 * x] + weights[1] * rgb[3 * x + 1] + weights[2] * rgb[3 * x + 2];
    // The weights sum to 2^15, so a grey pixel keeps its level.
    grey[x] = static_cast<std::uint8_t>((sum + (1 << (kShift - 1))) >> kShift);
  }
}

// [1, 2, 1] / 4 both ways, rounded once. Rows have a value before their first and behind their
// last.
void smooth_row(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                std::size_t count, std::uint8_t* out) {
  for (std::size_t x = 0; x < count; ++x) {
    const auto down = [&](std::size_t i) { return above[i] + 2 * row[i] + below[i]; };
    const int sum = down(x) + 2 * down(x + 1) + down(x + 2);
    out[x] = static_cast<std::uint8_t>((sum + 8) >> 4);
  }
}

// Adds the differences of one window size to the sums of a row. The window of pixel x lies between
// the columns left + x and right + x of two rows of the integral image, `top` and `bottom`;
// clipped, it has widths[x] * height pixels.
void add_differences(const std::uint32_t* top, const std::uint32_t* bottom, std::size_t left,
                     std::size_t right, const float* widths, float height, const std::uint8_t* grey,
                     std::size_t count, std::uint16_t* __restrict on,
                     std::uint16_t* __restrict off) {
  for (std::size_t x = 0; x < count; ++x) {
    // Modulo 2^32, as are the integral image's own values: a window's sum is far below that.
    const std::uint32_t sum =
        bottom[right + x] - bottom[left + x] - (top[right + x] - top[left + x]);
    // At most 224 * 224 * 255 < 2^24, so exact in float32.
    const auto window = static_cast<float>(static_cast<std::int32_t>(sum));
    const auto centre = static_cast<float>(grey[x]);
    const float mean = (window - centre) / (height * widths[x] - 1.0F);
    const int difference = static_cast<int>(centre - mean);
    on[x] = static_cast<std::uint16_t>(on[x] + (difference > 0 ? difference : 0));
    off[x] = static_cast<std::uint16_t>(off[x] + (difference < 0 ? -difference : 0));
  }
}

std::uint16_t largest(const std::uint16_t* values, std::size_t count) {
  std::uint16_t result = 0;
  for (std::size_t i = 0; i < count; ++i) result = values[i] > result ? values[i] : result;
  return result;
}

// A sum as a level of 0 to 255, `most` being 255. OpenCV divides in float32 and multiplies in
// double, which for some sums gives one less than exact arithmetic.
HWY_INLINE int level(std::uint16_t sum, float most) {
  return static_cast<int>(255.0 * static_cast<double>(static_cast<float>(sum) / most));
}

// OpenCV lets a result above 255 wrap round to a small value; here it stays 255.
void add_levels(const std::uint16_t* on, float most_on, const std::uint16_t* off, float most_off,
                std::size_t count, float* map) {
  for (std::size_t i = 0; i < count; ++i) {
    const int sum = level(on[i], most_on) + level(off[i], most_off);
    map[i] = static_cast<float>(sum < 255 ? sum : 255);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace guidedmixup::fine_grained
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace guidedmixup {
namespace fine_grained {
namespace {

HWY_EXPORT(grey_row);
HWY_EXPORT(smooth_row);
HWY_EXPORT(add_differences);
HWY_EXPORT(largest);
HWY_EXPORT(add_levels);

// A window reaches from n - 1 pixels before its centre to n behind it.
constexpr std::array kReaches{12, 24, 48, 28, 56, 112};
constexpr int kLargestReach = 112;

// Of R, G, B: 0.299, 0.587, 0.114 times 2^15, as OpenCV weighs pixels that it gets as B, G, R; and
// what it does to those that it gets as R, G, B.
constexpr std::array kBgrWeights{9798, 19235, 3735};
constexpr std::array kRgbWeights{3735, 19235, 9798};

// Arrays of one image size, so that a detector allocates them once.
struct Workspace {
  explicit Workspace(Size image_size)
      : size(image_size),
        width(static_cast<std::size_t>(size.width)),
        // Farther than the image is wide a window cannot reach.
        margin(static_cast<std::size_t>(std::min(kLargestReach, size.width))),
        grey_stride(width + 2),
        integral_stride(width + 1 + 2 * margin),
        grey(grey_stride * static_cast<std::size_t>(size.height)),
        smooth(grey.size()),
        integral(integral_stride * (static_cast<std::size_t>(size.height) + 1)),
        on_sums(width * static_cast<std::size_t>(size.height)),
        off_sums(on_sums.size()) {
    for (const int reach : kReaches) {
      for (int x = 0; x < size.width; ++x) {
        const int columns = std::min(x + reach + 1, size.width) - std::max(x - reach + 1, 0);
        widths.push_back(static_cast<float>(columns));
      }
    }
  }

  Size size;
  std::size_t width;
  std::size_t margin;
  // Grey rows have a value before their first and behind their last.
  std::size_t grey_stride;
  // The integral image goes on with constant values on either side, which clips the windows: the
  // loop over a row needs no test at its ends.
  std::size_t integral_stride;
  std::vector<std::uint8_t> grey;
  std::vector<std::uint8_t> smooth;
  std::vector<std::uint32_t> integral;
  std::vector<float> widths;            // of the clipped windows, for each reach and column
  std::vector<std::uint16_t> on_sums;   // how much brighter than their surround
  std::vector<std::uint16_t> off_sums;  // how much darker
};

void grey_levels(ImageView image, const std::array<int, 3>& weights, Workspace& work) {
  for (int y = 0; y < work.size.height; ++y) {
    HWY_DYNAMIC_DISPATCH(grey_row)
    (image.row(y), weights.data(), work.width, work.grey.data() + y * work.grey_stride + 1);
  }
}

void smooth(Workspace& work) {
  const auto row = [&](int y) { return work.grey.data() + y * work.grey_stride; };
  for (int y = 0; y < work.size.height; ++y) {
    row(y)[0] = row(y)[1 + reflect(-1, work.size.width)];
    row(y)[work.width + 1] = row(y)[1 + reflect(work.size.width, work.size.width)];
  }
  for (int y = 0; y < work.size.height; ++y) {
    HWY_DYNAMIC_DISPATCH(smooth_row)
    (row(reflect(y - 1, work.size.height)), row(y), row(reflect(y + 1, work.size.height)),
     work.width, work.smooth.data() + y * work.grey_stride + 1);
  }
  work.grey.swap(work.smooth);
}

// Value (y, x) is the sum of the pixels above and to the left: rows before y, columns before x.
void integrate(Workspace& work) {
  for (int y = 0; y < work.size.height; ++y) {
    const std::uint8_t* grey = work.grey.data() + y * work.grey_stride + 1;
    const std::uint32_t* above = work.integral.data() + y * work.integral_stride + work.margin;
    std::uint32_t* out = work.integral.data() + (y + 1) * work.integral_stride + work.margin;
    std::uint32_t sum = 0;
    for (std::size_t x = 0; x < work.width; ++x) {
      sum += grey[x];
      out[x + 1] = above[x + 1] + sum;
    }
    std::fill_n(out + work.width + 1, work.margin, out[work.width]);
  }
}

void centre_surround(Workspace& work) {
  std::fill(work.on_sums.begin(), work.on_sums.end(), std::uint16_t{0});
  std::fill(work.off_sums.begin(), work.off_sums.end(), std::uint16_t{0});
  for (int y = 0; y < work.size.height; ++y) {
    const float* widths = work.widths.data();
    // All scales of a row before the next row: its sums then stay in the first-level cache.
    for (const int reach : kReaches) {
      const int top = std::max(y - reach + 1, 0);
      const int bottom = std::min(y + reach + 1, work.size.height);
      const auto clipped = std::min(static_cast<std::size_t>(reach), work.margin);
      HWY_DYNAMIC_DISPATCH(add_differences)
      (work.integral.data() + top * work.integral_stride,
       work.integral.data() + bottom * work.integral_stride, work.margin - clipped + 1,
       work.margin + clipped + 1, widths, static_cast<float>(bottom - top),
       work.grey.data() + y * work.grey_stride + 1, work.width,
       work.on_sums.data() + y * work.width, work.off_sums.data() + y * work.width);
      widths += work.width;
    }
  }
}

// 1 where all are 0, so that they stay 0.
float largest_of(const std::vector<std::uint16_t>& sums) {
  return std::max<float>(HWY_DYNAMIC_DISPATCH(largest)(sums.data(), sums.size()), 1.0F);
}

// Values 0 to 255, of which one is 255 unless all are 0: a flat image, or one of a single pixel.
void detect(ImageView image, const std::array<int, 3>& weights, Workspace& work,
            std::vector<float>& map) {
  map.assign(work.on_sums.size(), 0.0F);
  if (map.size() == 1) return;  // a pixel without a surround
  grey_levels(image, weights, work);
  smooth(work);
  smooth(work);
  integrate(work);
  centre_surround(work);
  HWY_DYNAMIC_DISPATCH(add_levels)
  (work.on_sums.data(), largest_of(work.on_sums), work.off_sums.data(), largest_of(work.off_sums),
   map.size(), map.data());
}

class FineGrainedWorker {
 public:
  FineGrainedWorker(const ParameterValues& values, Size size)
      : weights_(values.choice("order") == "rgb" ? kRgbWeights : kBgrWeights),
        work_(size),
        geometry_(std::make_shared<MapGeometry>(map_size(values, size), size)) {}

  static Size map_size(const ParameterValues& /*values*/, Size size) { return size; }

  SaliencyMap detect(ImageView image) {
    fine_grained::detect(image, weights_, work_, map_);
    return {geometry_, map_};
  }

 private:
  std::array<int, 3> weights_;
  Workspace work_;
  std::shared_ptr<const MapGeometry> geometry_;
  std::vector<float> map_;
};

}  // namespace
}  // namespace fine_grained

const SaliencyInfo kFineGrained{
    .name = "fine-grained",
    .summary = "difference between each pixel's grey value and the mean around it, at six scales",
    .paper = "Montabone and Soto, Image and Vision Computing 2010; used by SaliencyMix",
    .parameters = {{.name = "order",
                    .summary =
                        "the channel order that the grey formula assumes: bgr gives red the weight "
                        "of red, rgb that of blue, as in code that hands R, G, B to OpenCV's "
                        "detector",
                    .default_value = std::string("bgr"),
                    .choices = {"bgr", "rgb"}}},
    .make = make_image_detector<fine_grained::FineGrainedWorker>};

}  // namespace guidedmixup
#endif

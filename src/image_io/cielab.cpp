// Little CMS does not compute each colour: it interpolates between 33 steps along each axis, which
// differs where sRGB ends between two steps. To give the same colours, so does this.
#include "cielab.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace guidedmixup::image_io {
namespace {

// As Little CMS chooses for three channels.
constexpr int kSteps = 33;
using Colour = std::array<float, 3>;

// The inverse of CIELab's cube root with its straight piece near black.
double unfold(double t) {
  constexpr double kEdge = 6.0 / 29.0;
  return t > kEdge ? t * t * t : 3.0 * kEdge * kEdge * (t - 4.0 / 29.0);
}

// The curve of sRGB. Colours that sRGB cannot show are clamped.
float level(double linear) {
  linear = std::clamp(linear, 0.0, 1.0);
  const double curved =
      linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
  return static_cast<float>(255.0 * curved);
}

Colour srgb(double lightness, double a, double b) {
  const double y = (lightness + 16.0) / 116.0;
  // Times the white of D50, to which CIELab in files is relative.
  const double fx = 0.9642 * unfold(y + a / 500.0);
  const double fy = unfold(y);
  const double fz = 0.8249 * unfold(y - b / 200.0);
  // From D50 to sRGB's own white D65, by Bradford's adaptation.
  return {level(3.1338561 * fx - 1.6168667 * fy - 0.4906146 * fz),
          level(-0.9787684 * fx + 1.9161415 * fy + 0.0334540 * fz),
          level(0.0719453 * fx - 0.2289914 * fy + 1.4052427 * fz)};
}

class ColourGrid {
 public:
  ColourGrid() {
    constexpr double kLast = kSteps - 1;
    colours_.reserve(std::size_t{kSteps} * kSteps * kSteps);
    for (int l = 0; l < kSteps; ++l) {
      for (int a = 0; a < kSteps; ++a) {
        for (int b = 0; b < kSteps; ++b) {
          colours_.push_back(
              srgb(100.0 * l / kLast, 255.0 * a / kLast - 128.0, 255.0 * b / kLast - 128.0));
        }
      }
    }
  }

  // Between four corners of a cube and not all eight, because Little CMS does so.
  // `place`: 0 to 1 along each axis. Of the cube around it that tetrahedron counts whose corners
  // lie on the way from the lowest to the highest corner, the axis with the largest share first.
  [[nodiscard]] Colour at(const Colour& place) const {
    static constexpr std::array<std::size_t, 3> kStride = {kSteps * kSteps, kSteps, 1};
    std::array<std::pair<float, std::size_t>, 3> axes;
    std::size_t corner = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const float scaled = place[i] * (kSteps - 1);
      const auto below = std::min(static_cast<std::size_t>(scaled), std::size_t{kSteps - 2});
      corner += below * kStride[i];
      axes[i] = {scaled - static_cast<float>(below), kStride[i]};
    }
    std::sort(axes.begin(), axes.end(), [](auto& x, auto& y) { return x.first > y.first; });
    Colour colour = colours_[corner];
    for (const auto& [share, stride] : axes) {
      const Colour& from = colours_[corner];
      const Colour& to = colours_[corner += stride];
      for (std::size_t c = 0; c < 3; ++c) colour[c] += share * (to[c] - from[c]);
    }
    return colour;
  }

 private:
  std::vector<Colour> colours_;
};

// A byte on the scale of the grid's axes, 0 to 1.
float place_of(unsigned byte) { return static_cast<float>(byte) / 255.0F; }

}  // namespace

void lab_to_rgb(std::span<std::uint8_t> pixels) {
  // Made when the first such file is met: 36,000 colours.
  static const ColourGrid grid;
  for (std::size_t i = 0; i + 2 < pixels.size(); i += 3) {
    const Colour colour = grid.at(
        // a and b are stored with a sign, and the grid begins at -128.
        {place_of(pixels[i]), place_of(pixels[i + 1] ^ 0x80U), place_of(pixels[i + 2] ^ 0x80U)});
    for (std::size_t c = 0; c < 3; ++c) {
      // Between colours of 0 to 255, so within them.
      pixels[i + c] = static_cast<std::uint8_t>(colour[c] + 0.5F);
    }
  }
}

}  // namespace guidedmixup::image_io

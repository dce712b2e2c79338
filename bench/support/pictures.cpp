#include "support/pictures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <guidedmixup/core/random.hpp>

namespace guidedmixup::bench {
namespace {

struct Disc {
  double x;
  double y;
  double radius;
  std::array<double, kChannels> light;
};

std::array<Disc, 3> discs_of(Size size, DrawStream& draws) {
  std::array<Disc, 3> discs{};
  for (Disc& disc : discs) {
    disc.x = draws.uniform() * size.width;
    disc.y = draws.uniform() * size.height;
    disc.radius = (0.05 + 0.15 * draws.uniform()) * std::min(size.width, size.height);
    for (double& light : disc.light) light = 40.0 + 80.0 * draws.uniform();
  }
  return discs;
}

// 1 inside, 0 outside, and an edge of two pixels between.
double coverage(const Disc& disc, int x, int y) {
  const double distance = std::hypot(x - disc.x, y - disc.y);
  return std::clamp((disc.radius - distance) / 2.0 + 0.5, 0.0, 1.0);
}

}  // namespace

Image picture(Size size, std::uint32_t seed) {
  constexpr double kNoise = 26.0;
  DrawStream draws({seed, 0, 0, kWholeBatch, Purpose{0}});
  const std::array<Disc, 3> discs = discs_of(size, draws);
  Image image(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double ground = 50.0 + 60.0 * y / size.height + 20.0 * std::sin(12.0 * x / size.width);
      // The noise is mostly of brightness, as a sensor's is after a camera's own JPEG.
      const double noise = kNoise * (draws.uniform() + draws.uniform() - 1.0);
      for (int c = 0; c < kChannels; ++c) {
        double value = ground + 10.0 * c + noise;
        for (const Disc& disc : discs) value += disc.light[c] * coverage(disc, x, y);
        image.row(y)[kChannels * x + c] =
            static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
      }
    }
  }
  return image;
}

std::vector<Image> pictures(Size size, int count) {
  std::vector<Image> images;
  for (int i = 0; i < count; ++i) images.push_back(picture(size, static_cast<std::uint32_t>(i)));
  return images;
}

std::vector<ImageView> views_of(const std::vector<Image>& images) {
  std::vector<ImageView> views;
  for (const Image& image : images) views.push_back(image.view());
  return views;
}

}  // namespace guidedmixup::bench

// Colours of maps and masks: the same ones for heat maps as files and for contact sheets, and
// without the drawing module.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include <guidedmixup/preview/map_pictures.hpp>

namespace guidedmixup {
namespace {

// Evenly spaced from t = 0 to 1; the relative luminance rises from each to the next.
constexpr std::array<Colour, 7> kHeat = {{{0x12, 0x0B, 0x33},
                                          {0x47, 0x12, 0x6B},
                                          {0x8C, 0x1D, 0x7E},
                                          {0xCF, 0x35, 0x6A},
                                          {0xF2, 0x69, 0x4A},
                                          {0xFD, 0xAE, 0x4E},
                                          {0xFD, 0xF3, 0xB0}}};
// Light grey, so that neither source nor partner seems to be preferred.
constexpr Colour kUndecided = {0xF1, 0xF1, 0xEF};  // mask 1/2

// Maps are a few peaks on a long low tail, which a linear scale would show as plain black.
constexpr float kGamma = 0.7F;
// Little heat leaves more of the picture to see.
constexpr float kLeastOpacity = 0.55F;
constexpr float kMostOpacity = 0.82F;

// Rounded to the nearest level; t from 0 to 1, so the cast never sees a value beyond a byte.
std::uint8_t between(float t, std::uint8_t from, std::uint8_t to) {
  const auto low = static_cast<float>(from);
  return static_cast<std::uint8_t>(low + t * (static_cast<float>(to) - low) + 0.5F);
}

Colour between(float t, const Colour& from, const Colour& to) {
  return {between(t, from[0], to[0]), between(t, from[1], to[1]), between(t, from[2], to[2])};
}

// A map's values on the scale of heat_colour. Scaled to the maximum of each map, since maps sum to
// 1: the larger an image, the smaller its values.
class HeatScale {
 public:
  explicit HeatScale(std::span<const float> map)
      : maximum_(map.empty() ? 0.0F : *std::max_element(map.begin(), map.end())) {}
  [[nodiscard]] float of(float value) const {
    // A map that is 0 everywhere has no maximum to divide by; it is shown dark.
    return maximum_ > 0.0F ? std::pow(std::max(value, 0.0F) / maximum_, kGamma) : 0.0F;
  }

 private:
  float maximum_;
};

template <typename ColourOf>
Image paint(Size size, std::size_t values, const ColourOf& colour_of) {
  GUIDEDMIXUP_CHECK(static_cast<std::int64_t>(values), ==, size.pixels());
  Image image(size);
  const auto out = image.span();
  for (std::size_t i = 0; i < values; ++i) {
    const Colour colour = colour_of(i);
    std::copy(colour.begin(), colour.end(), out.begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  return image;
}

}  // namespace

Colour heat_colour(float t) {
  const float place = std::clamp(t, 0.0F, 1.0F) * static_cast<float>(kHeat.size() - 1);
  // t = 1 is the end of the last piece, not the beginning of another.
  const std::size_t low = std::min(static_cast<std::size_t>(place), kHeat.size() - 2);
  return between(place - static_cast<float>(low), kHeat[low], kHeat[low + 1]);
}

Image heat_map(std::span<const float> map, Size size) {
  const HeatScale scale(map);
  return paint(size, map.size(), [&](std::size_t i) { return heat_colour(scale.of(map[i])); });
}

Image heat_overlay(ImageView image, std::span<const float> map) {
  const HeatScale scale(map);
  const auto pixels = image.span();
  return paint(image.size, map.size(), [&](std::size_t i) {
    // Luma of ITU-R BT.601.
    const int luma =
        (299 * pixels[3 * i] + 587 * pixels[3 * i + 1] + 114 * pixels[3 * i + 2] + 500) / 1000;
    const auto grey = static_cast<std::uint8_t>(luma);
    const float heat = scale.of(map[i]);
    const float opacity = kLeastOpacity + heat * (kMostOpacity - kLeastOpacity);
    return between(opacity, Colour{grey, grey, grey}, heat_colour(heat));
  });
}

// Linear from each colour to grey: equal steps of the ratio are equal steps of colour, unlike heat
// maps, whose shape matters more than their values.
Image mask_picture(std::span<const float> mask, Size size) {
  return paint(size, mask.size(), [&](std::size_t i) {
    const float m = std::clamp(mask[i], 0.0F, 1.0F);
    return m >= 0.5F ? between(2.0F * m - 1.0F, kUndecided, kSourceColour)
                     : between(1.0F - 2.0F * m, kUndecided, kPartnerColour);
  });
}

}  // namespace guidedmixup

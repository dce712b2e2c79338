/// Saliency maps and masks as pictures.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// Red, green, blue.
using Colour = std::array<std::uint8_t, kChannels>;

/// What belongs to the source, and what to its partner, in masks and label bars.
inline constexpr Colour kSourceColour = {0x1F, 0x6F, 0xB4};
inline constexpr Colour kPartnerColour = {0xE8, 0x6A, 0x33};

/// The heat colour of t in [0, 1] (clamped): dark violet, magenta, orange, light yellow, with a
/// lightness that grows all the way.
[[nodiscard]] Colour heat_colour(float t);

/// The map alone in heat colours. Values are non-negative, row by row, `size.pixels()` of them;
/// they are scaled to their maximum and brightened by a gamma, so that structure shows.
[[nodiscard]] Image heat_map(std::span<const float> map, Size size);

/// The same over the image, which is shown without its colours. The map has the image's size.
[[nodiscard]] Image heat_overlay(ImageView image, std::span<const float> map);

/// A mask, the weight of the source at each pixel in [0, 1] (clamped): 1 in the colour of the
/// source, 0 in that of the partner, 1/2 in light grey.
[[nodiscard]] Image mask_picture(std::span<const float> mask, Size size);

}  // namespace guidedmixup

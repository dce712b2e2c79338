/// Synthetic images with known figures.
#pragma once

#include <vector>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup::test {

/// F(n, S): n images of S x S with a bright square in one of four corners on a pseudo-random
/// gradient, defined by integer arithmetic alone, so that any program can draw them.
[[nodiscard]] std::vector<Image> fixture_images(int n, int side);

/// An image of one colour.
[[nodiscard]] Image constant_image(Size size, std::uint8_t value);

/// Pseudo-random bytes, equal on each call with equal arguments.
[[nodiscard]] Image noise_image(Size size, std::uint32_t seed);

[[nodiscard]] std::vector<ImageView> views(const std::vector<Image>& images);

}  // namespace guidedmixup::test

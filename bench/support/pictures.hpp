/// Synthetic pictures that cost codecs and saliency about what photographs cost.
#pragma once

#include <cstdint>
#include <vector>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup::bench {

/// The size of a typical photograph of the data sets that the paper uses: 0.19 megapixel.
inline constexpr Size kPhotograph{500, 375};
/// The usual input of a network on photographs.
inline constexpr Size kOutput{224, 224};
/// An image of CIFAR.
inline constexpr Size kSmall{32, 32};

/// Shaded ground, three bright discs whose places depend on `seed`, and noise: at quality 95 a JPEG
/// of it has about 0.5 bytes a pixel; photographs have about 0.6. Equal arguments give equal
/// pictures.
[[nodiscard]] Image picture(Size size, std::uint32_t seed);

/// picture(size, 0) ... picture(size, count - 1).
[[nodiscard]] std::vector<Image> pictures(Size size, int count);

[[nodiscard]] std::vector<ImageView> views_of(const std::vector<Image>& images);

}  // namespace guidedmixup::bench

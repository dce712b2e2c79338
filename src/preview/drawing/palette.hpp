/// The sheet's own colours, beside those of maps and masks.
#pragma once

#include <guidedmixup/preview/map_pictures.hpp>

namespace guidedmixup::preview {

inline constexpr Colour kInk = {0x1C, 0x20, 0x26};
inline constexpr Colour kQuietInk = {0x6A, 0x72, 0x7D};
inline constexpr Colour kHairline = {0xDD, 0xE1, 0xE6};

}  // namespace guidedmixup::preview

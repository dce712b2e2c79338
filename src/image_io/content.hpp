/// What a file is that is no image of a known format. Private to image_io.
#pragma once

#include <string_view>

#include "codec.hpp"

namespace guidedmixup::image_io {

/// In words, by the first bytes of a file: "a GIF image", "a web page"; empty for what is not
/// known.
[[nodiscard]] std::string_view kind_of_content(Bytes bytes);

}  // namespace guidedmixup::image_io

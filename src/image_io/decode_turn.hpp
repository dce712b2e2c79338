/// Keeps several threads from holding several very large images at once.
#pragma once

#include <cstdint>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup::image_io {

/// While it lives, the pixels of one image are accounted for. Images up to 16 megapixel never wait;
/// larger ones wait until the bytes that others hold leave room. Do not nest on one thread.
class DecodeTurn {
 public:
  explicit DecodeTurn(Size size);
  ~DecodeTurn();
  DecodeTurn(const DecodeTurn&) = delete;
  DecodeTurn& operator=(const DecodeTurn&) = delete;

 private:
  std::int64_t bytes_ = 0;
};

}  // namespace guidedmixup::image_io

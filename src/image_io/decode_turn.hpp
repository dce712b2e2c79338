/// Keeps all threads together from holding more than a budget of bytes for decoding.
#pragma once

#include <cstdint>

namespace guidedmixup::image_io {

/// While it lives, `bytes` of memory are accounted for. Waits until what others hold leaves room,
/// first come, first served, so that nobody is overtaken for ever; one that needs more than the
/// whole budget runs alone. Never to be taken by a thread that holds one.
class DecodeTurn {
 public:
  explicit DecodeTurn(std::uint64_t bytes);
  ~DecodeTurn();
  DecodeTurn(const DecodeTurn&) = delete;
  DecodeTurn& operator=(const DecodeTurn&) = delete;

 private:
  std::uint64_t bytes_;
};

}  // namespace guidedmixup::image_io

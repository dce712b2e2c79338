/// Ways to read and write a PNG, to be compared with that of the project.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup::bench {

/// 8-bit RGB whose memory serves the next image again.
class Pixels {
 public:
  void resize(Size size) {
    size_ = size;
    bytes_.resize(static_cast<std::size_t>(size.pixels()) * kChannels);
  }
  [[nodiscard]] std::span<std::uint8_t> span() { return bytes_; }
  [[nodiscard]] std::uint8_t* row(int y) { return bytes_.data() + y * view().row_bytes(); }
  [[nodiscard]] ImageView view() const { return {bytes_.data(), size_}; }

 private:
  Size size_;
  ByteBuffer bytes_;
};

/// One thread's codec, which keeps what it can use again. Throws RunError.
class PngCodec {
 public:
  PngCodec() = default;
  PngCodec(const PngCodec&) = delete;
  PngCodec& operator=(const PngCodec&) = delete;
  virtual ~PngCodec() = default;
  /// The file; valid until the next call.
  virtual std::span<const std::uint8_t> encode(ImageView image) = 0;
  virtual void decode(std::span<const std::uint8_t> file, Pixels& pixels) = 0;
};

/// "spng" (level 1, run lengths, filter "sub"), "spng-defaults", "libpng" (as "spng") or
/// "libdeflate" (level 1, filter "sub", the PNG around it written by hand).
[[nodiscard]] std::unique_ptr<PngCodec> make_png_codec(std::string_view name);

}  // namespace guidedmixup::bench

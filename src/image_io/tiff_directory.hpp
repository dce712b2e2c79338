/// The first directory of a TIFF, which is also what EXIF data is. Private to image_io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <guidedmixup/core/buffer.hpp>

#include "codec.hpp"

namespace guidedmixup::image_io {

namespace tiff_tag {
inline constexpr std::uint16_t kWidth = 256;
inline constexpr std::uint16_t kHeight = 257;
inline constexpr std::uint16_t kBitsPerSample = 258;
inline constexpr std::uint16_t kCompression = 259;
inline constexpr std::uint16_t kPhotometric = 262;
inline constexpr std::uint16_t kStripOffsets = 273;
inline constexpr std::uint16_t kOrientation = 274;
inline constexpr std::uint16_t kSamplesPerPixel = 277;
inline constexpr std::uint16_t kRowsPerStrip = 278;
inline constexpr std::uint16_t kStripLengths = 279;
inline constexpr std::uint16_t kPlanar = 284;
inline constexpr std::uint16_t kTileWidth = 322;
inline constexpr std::uint16_t kTileLength = 323;
inline constexpr std::uint16_t kTileOffsets = 324;
inline constexpr std::uint16_t kTileLengths = 325;
inline constexpr std::uint16_t kSampleFormat = 339;
inline constexpr std::uint16_t kXmp = 700;
}  // namespace tiff_tag

/// True for the first bytes of a TIFF, classic or BigTIFF, of either byte order.
[[nodiscard]] bool is_tiff(Bytes bytes);

/// BigTIFF has the same structure with wider numbers.
class TiffDirectory {
 public:
  /// `bytes` are those of `is_tiff`, and outlive the directory. Entries that lie beyond their end
  /// are left out, and so are those of unknown type.
  explicit TiffDirectory(Bytes bytes);

  /// False when the directory or a value lies beyond the end of the bytes.
  [[nodiscard]] bool is_whole() const { return whole_; }

  /// The values of a tag; nothing without at least one.
  struct Entry {
    std::uint16_t tag;
    std::uint16_t type;
    int value_bytes;
    std::uint64_t count;
    std::size_t values_at;
  };
  [[nodiscard]] const Entry* find(std::uint16_t tag) const;

  /// Of a whole number without sign.
  [[nodiscard]] std::uint64_t value(const Entry& entry, std::uint64_t index) const;
  [[nodiscard]] std::uint64_t first_value(std::uint16_t tag, std::uint64_t otherwise) const;

  /// Writes a whole number over one of the directory's values in `bytes`, a copy of its own.
  void change(ByteBuffer& bytes, const Entry& entry, std::uint64_t index,
              std::uint64_t value) const;

  /// The bytes of a tag's values; none without the tag.
  [[nodiscard]] Bytes raw(std::uint16_t tag) const;

  /// What the orientation tag says: any type of number counts, as for Pillow, but neither bytes nor
  /// text. 1 when its value makes no sense; nothing without the tag.
  [[nodiscard]] std::optional<int> orientation() const;

 private:
  [[nodiscard]] std::uint64_t number(std::size_t at, int count) const;
  bool read_entry(std::size_t at, unsigned wide);
  bool read();

  Bytes bytes_;
  bool swapped_;
  bool is_big_;
  std::vector<Entry> entries_;
  bool whole_;  // last: reading fills the entries
};

}  // namespace guidedmixup::image_io

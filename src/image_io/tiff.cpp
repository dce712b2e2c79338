// TIFF: the first directory is read here (size, orientation, is everything there?), so that a
// header can be looked at without loading the module that decodes the pixels.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "byte_order.hpp"
#include "codec.hpp"
#include "opencv_module.hpp"

namespace guidedmixup::image_io {
namespace {

enum Tag : std::uint16_t {
  kWidth = 256,
  kHeight = 257,
  kBitsPerSample = 258,
  kStripOffsets = 273,
  kOrientation = 274,
  kSamplesPerPixel = 277,
  kRowsPerStrip = 278,
  kStripLengths = 279,
  kTileLength = 323,
  kTileOffsets = 324,
  kTileLengths = 325,
  kSampleFormat = 339,
};

// Bytes of one value of each field type; 0 for types that do not exist.
constexpr std::array<int, 19> kTypeBytes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4,
                                            8, 4, 8, 4, 0, 0, 8, 8, 8};

struct Entry {
  std::uint16_t tag;
  int value_bytes;
  std::uint64_t count;
  std::size_t values_at;
};

SampleError truncated() {
  return decode_error(RejectCode::kTruncated, "the TIFF ends before the image does");
}

bool recognises(Bytes bytes) {
  using namespace std::string_view_literals;
  return starts_with(bytes, "II*\0"sv) || starts_with(bytes, "MM\0*"sv) ||
         starts_with(bytes, "II+\0"sv) || starts_with(bytes, "MM\0+"sv);
}

// The first directory of a file. BigTIFF has the same structure with wider numbers.
class Directory {
 public:
  explicit Directory(Bytes bytes) : bytes_(bytes), swapped_(bytes[0] == 'M') {
    is_big_ = number(2, 2) == 43;
  }

  /// False when the directory or a value lies beyond the end of the file.
  bool read() {
    const std::uint64_t size = bytes_.size();
    const unsigned wide = is_big_ ? 8 : 4;
    const unsigned entry_bytes = is_big_ ? 20 : 12;
    const unsigned count_bytes = is_big_ ? 8 : 2;
    const std::size_t offset_at = is_big_ ? 8 : 4;
    if (size < offset_at + wide) return false;
    const std::uint64_t start = number(offset_at, static_cast<int>(wide));
    if (start > size || size - start < count_bytes) return false;
    const std::uint64_t count = number(start, static_cast<int>(count_bytes));
    // Behind the entries stands the place of the next directory.
    if (count > size || size - start < count_bytes + count * entry_bytes + wide) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (!read_entry(start + count_bytes + i * entry_bytes, wide)) return false;
    }
    return true;
  }

  [[nodiscard]] const Entry* find(Tag tag) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& e) { return e.tag == tag && e.count > 0; });
    return found == entries_.end() ? nullptr : &*found;
  }

  [[nodiscard]] std::uint64_t value(const Entry& entry, std::uint64_t index) const {
    return number(entry.values_at + index * static_cast<unsigned>(entry.value_bytes),
                  entry.value_bytes);
  }

  [[nodiscard]] std::uint64_t first_value(Tag tag, std::uint64_t otherwise) const {
    const Entry* entry = find(tag);
    return entry == nullptr ? otherwise : value(*entry, 0);
  }

  /// True when each strip or tile lies within the file.
  [[nodiscard]] bool holds_all_data() const {
    for (const auto& [offsets, lengths] :
         {std::pair{kStripOffsets, kStripLengths}, std::pair{kTileOffsets, kTileLengths}}) {
      const Entry* offset = find(offsets);
      const Entry* length = find(lengths);
      if (offset == nullptr || length == nullptr) continue;
      for (std::uint64_t i = 0; i < std::min(offset->count, length->count); ++i) {
        const std::uint64_t start = value(*offset, i);
        if (start > bytes_.size() || value(*length, i) > bytes_.size() - start) return false;
      }
    }
    return true;
  }

 private:
  [[nodiscard]] std::uint64_t number(std::size_t at, int count) const {
    return swapped_ ? big_endian(bytes_, at, count) : little_endian(bytes_, at, count);
  }

  bool read_entry(std::size_t at, unsigned wide) {
    const std::uint64_t type = number(at + 2, 2);
    const int value_bytes = type < kTypeBytes.size() ? kTypeBytes[type] : 0;
    if (value_bytes == 0) return true;
    const std::uint64_t count = number(at + 4, static_cast<int>(wide));
    if (count > bytes_.size()) return false;
    const std::uint64_t length = count * static_cast<unsigned>(value_bytes);
    // Values that fit stand in the entry itself, others where it points.
    std::uint64_t values_at = at + 4 + wide;
    if (length > wide) values_at = number(values_at, static_cast<int>(wide));
    if (values_at > bytes_.size() || length > bytes_.size() - values_at) return false;
    entries_.push_back({static_cast<std::uint16_t>(number(at, 2)), value_bytes, count, values_at});
    return true;
  }

  Bytes bytes_;
  bool swapped_;
  bool is_big_;
  std::vector<Entry> entries_;
};

// A strip, or a row of tiles, as it unpacks and again as RGBA.
std::uint64_t work_bytes(const Directory& directory, std::uint64_t width, std::uint64_t height) {
  const Tag rows_tag = directory.find(kTileOffsets) == nullptr ? kRowsPerStrip : kTileLength;
  const std::uint64_t rows =
      std::clamp<std::uint64_t>(directory.first_value(rows_tag, height), 1, height);
  const std::uint64_t samples =
      std::min<std::uint64_t>(directory.first_value(kSamplesPerPixel, 1), 64);
  const std::uint64_t bits = std::min<std::uint64_t>(directory.first_value(kBitsPerSample, 1), 64);
  return width * rows * (4 + (samples * bits + 7) / 8);
}

Result<Header> read_header(Bytes bytes) {
  Directory directory(bytes);
  if (!directory.read()) return truncated();
  const std::uint64_t width = directory.first_value(kWidth, 0);
  const std::uint64_t height = directory.first_value(kHeight, 0);
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  if (width == 0 || height == 0 || width > kMax || height > kMax) {
    return decode_error(RejectCode::kCorrupt, "the TIFF's size makes no sense");
  }
  const std::uint64_t orientation = directory.first_value(kOrientation, 1);
  return Header{{static_cast<int>(width), static_cast<int>(height)},
                orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1,
                true,
                work_bytes(directory, width, height)};
}

Result<Image> read_pixels(Bytes bytes, const Header& /*header*/, const PixelRequest& /*request*/) {
  Directory directory(bytes);
  if (!directory.read() || !directory.holds_all_data()) return truncated();
  if (directory.first_value(kSampleFormat, 1) != 1) {
    return decode_error(RejectCode::kUnsupported, "a TIFF of other than unsigned whole numbers");
  }
  return decode_in_module(bytes);
}

}  // namespace

const Codec kTiffCodec = {ImageFormat::kTiff, recognises, read_header, read_pixels};

}  // namespace guidedmixup::image_io

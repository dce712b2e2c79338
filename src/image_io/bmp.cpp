// BMP: header and completeness are read here, since OpenCV accepts some files that end early; the
// pixels come from OpenCV.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "byte_order.hpp"
#include "codec.hpp"
#include "opencv_module.hpp"

namespace guidedmixup::image_io {
namespace {

enum Compression : std::uint32_t { kPlain = 0, kRle8 = 1, kRle4 = 2, kBitFields = 3 };

struct BmpHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::uint32_t bits = 0;
  std::uint32_t compression = kPlain;
  std::size_t header_size = 0;
  std::size_t pixels_at = 0;
};

// Bytes, as the format fixes them: the file's header, the oldest image header (OS/2), the usual one
// (Windows 3), and the three masks that may follow it.
constexpr std::size_t kFileHeader = 14;
constexpr std::size_t kCoreHeader = 12;
constexpr std::size_t kInfoHeader = 40;
constexpr std::size_t kMasksAt = kFileHeader + kInfoHeader;
constexpr std::size_t kMasksEnd = kMasksAt + 12;

bool recognises(Bytes bytes) { return starts_with(bytes, "BM"); }

SampleError truncated() { return decode_error(RejectCode::kTruncated, "the BMP is truncated"); }

std::uint32_t u32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(little_endian(bytes, at, 4));
}

Result<BmpHeader> parse(Bytes bytes) {
  if (bytes.size() < kFileHeader + kCoreHeader) return truncated();
  BmpHeader header;
  header.pixels_at = u32(bytes, 10);
  const std::size_t header_size = u32(bytes, kFileHeader);
  header.header_size = header_size;
  if (header_size == kCoreHeader) {
    header.width = static_cast<std::int64_t>(little_endian(bytes, 18, 2));
    header.height = static_cast<std::int64_t>(little_endian(bytes, 20, 2));
    header.bits = static_cast<std::uint32_t>(little_endian(bytes, 24, 2));
  } else if (header_size >= kInfoHeader && header_size <= 124) {
    if (bytes.size() < kFileHeader + header_size) return truncated();
    header.width = static_cast<std::int32_t>(u32(bytes, 18));
    // A negative height means that the top row comes first; OpenCV sees to that.
    header.height = std::abs(std::int64_t{static_cast<std::int32_t>(u32(bytes, 22))});
    header.bits = static_cast<std::uint32_t>(little_endian(bytes, 28, 2));
    header.compression = u32(bytes, 30);
  } else {
    return decode_error(RejectCode::kUnsupported, "a BMP with an unknown header");
  }
  if (header.width <= 0 || header.height <= 0 ||
      header.height > std::numeric_limits<std::int32_t>::max()) {
    return decode_error(RejectCode::kCorrupt, "the BMP's size is invalid");
  }
  return header;
}

// Run-length codes: (count, value), or 0 and then 0 = end of line, 1 = end of image, 2 = jump by
// two bytes, n = n values that follow, padded to an even number of bytes.
bool run_lengths_are_complete(Bytes codes, bool four_bits) {
  while (codes.size() >= 2) {
    const std::size_t count = codes[0];
    const std::size_t second = codes[1];
    if (count == 0 && second == 1) return true;
    std::size_t used = 2;
    if (count == 0 && second == 2) used += 2;
    if (count == 0 && second > 2) {
      const std::size_t packed = four_bits ? (second + 1) / 2 : second;
      used += packed + packed % 2;
    }
    if (codes.size() < used) return false;
    codes = codes.subspan(used);
  }
  return false;
}

bool is_complete(Bytes bytes, const BmpHeader& header) {
  if (header.pixels_at > bytes.size()) return false;
  const Bytes pixels = bytes.subspan(header.pixels_at);
  // Of run lengths no header says how long they are: their end has to be looked for.
  if (header.compression == kRle8 || header.compression == kRle4) {
    return run_lengths_are_complete(pixels, header.compression == kRle4);
  }
  // Rows are padded to four bytes. Divided rather than multiplied: the product could overflow.
  const std::uint64_t row = (static_cast<std::uint64_t>(header.width) * header.bits + 31) / 32 * 4;
  return row <= pixels.size() / static_cast<std::uint64_t>(header.height);
}

using Masks = std::array<std::uint32_t, 3>;  // red, green, blue
// The masks that OpenCV's reader knows. Files with others are refused.
constexpr Masks kMasks888 = {0xFF0000, 0xFF00, 0xFF};
constexpr Masks kMasks565 = {0xF800, 0x7E0, 0x1F};
constexpr Masks kMasks555 = {0x7C00, 0x3E0, 0x1F};

Masks masks_of(Bytes bytes, const BmpHeader& header) {
  if (header.compression != kBitFields) return header.bits == 16 ? kMasks555 : kMasks888;
  return {u32(bytes, kMasksAt), u32(bytes, kMasksAt + 4), u32(bytes, kMasksAt + 8)};
}

// OpenCV looks for the masks of 16 bits behind the header, though later kinds hold them themselves.
bool needs_plain_header(const BmpHeader& header) {
  return header.bits == 16 && header.header_size > kInfoHeader;
}

// The same image with the oldest kind of header that can describe it.
ByteBuffer with_plain_header(Bytes bytes, const BmpHeader& header) {
  const std::size_t head = header.compression == kBitFields ? kMasksEnd : kMasksAt;
  ByteBuffer plain(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head));
  for (unsigned i = 0; i < 4; ++i) {
    plain[10 + i] = static_cast<std::uint8_t>(head >> (8U * i));
    plain[kFileHeader + i] = static_cast<std::uint8_t>(kInfoHeader >> (8U * i));
  }
  const Bytes pixels = bytes.subspan(header.pixels_at);
  plain.insert(plain.end(), pixels.begin(), pixels.end());
  return plain;
}

// OpenCV fills the missing low bits with zeros, so that white would be 248.
void stretch_levels(Image& image, const Masks& masks) {
  const unsigned green_bits = masks == kMasks565 ? 6 : 5;
  const std::array<unsigned, kChannels> bits = {5, green_bits, 5};
  const auto values = image.span();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const unsigned b = bits[i % kChannels];
    const unsigned level = values[i] >> (8U - b);
    values[i] = static_cast<std::uint8_t>(level * 255U / ((1U << b) - 1U));
  }
}

Result<Header> read_header(Bytes bytes) {
  const Result<BmpHeader> header = parse(bytes);
  if (!header) return header.error();
  Header result{{static_cast<int>(header.value().width), static_cast<int>(header.value().height)}};
  // OpenCV's own image, and a copy of the file for it.
  const bool needs_copy = needs_plain_header(header.value());
  result.work_bytes =
      static_cast<std::uint64_t>(result.stored.pixels()) * (kChannels + (needs_copy ? 2U : 0U));
  return result;
}

// Of run lengths two bytes stand for 255 pixels at best.
constexpr std::uint64_t kMostPixelsPerByte = 128;

Result<Image> read_pixels(Bytes bytes, const Header& stored, const PixelRequest& request) {
  const Result<BmpHeader> parsed = parse(bytes);
  if (!parsed) return parsed.error();
  const BmpHeader& header = parsed.value();
  if (header.compression == kBitFields && bytes.size() < kMasksEnd) return truncated();
  const Masks masks = masks_of(bytes, header);
  const bool known_masks =
      header.bits == 16 ? masks == kMasks565 || masks == kMasks555 : masks == kMasks888;
  if (header.compression > kBitFields || !known_masks) {
    return decode_error(RejectCode::kUnsupported, "a BMP with an unsupported pixel format");
  }
  // The second question bounds the memory: a few run lengths could claim any size.
  if (!is_complete(bytes, header) || too_few_bytes(bytes, stored.stored, kMostPixelsPerByte)) {
    return truncated();
  }
  ByteBuffer plain;
  if (needs_plain_header(header)) {
    plain = with_plain_header(bytes, header);
    bytes = plain;
  }
  Result<Image> image = decode_in_module(bytes, request);
  if (image && header.bits == 16) stretch_levels(image.value(), masks);
  return image;
}

}  // namespace

const Codec kBmpCodec = {ImageFormat::kBmp, recognises, read_header, read_pixels};

}  // namespace guidedmixup::image_io

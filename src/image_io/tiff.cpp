// TIFF: the first directory is read here (size, orientation, is everything there?), so that a
// header can be looked at without loading the module that decodes the pixels.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cielab.hpp"
#include "codec.hpp"
#include "opencv_module.hpp"
#include "orientation.hpp"
#include "tiff_directory.hpp"

namespace guidedmixup::image_io {
namespace {

SampleError truncated() { return decode_error(RejectCode::kTruncated, "the TIFF is truncated"); }

// TIFF's number for CIELab, whose pixels the module gives as they are stored.
constexpr std::uint64_t kCieLab = 8;

// True when each strip or tile lies within the file.
bool holds_all_data(const TiffDirectory& directory, Bytes bytes) {
  for (const auto& [offsets, lengths] :
       {std::pair{tiff_tag::kStripOffsets, tiff_tag::kStripLengths},
        std::pair{tiff_tag::kTileOffsets, tiff_tag::kTileLengths}}) {
    const auto* offset = directory.find(offsets);
    const auto* length = directory.find(lengths);
    if (offset == nullptr || length == nullptr) continue;
    // The counts are bounded by the file's size, see read_entry.
    for (std::uint64_t i = 0; i < std::min(offset->count, length->count); ++i) {
      const std::uint64_t start = directory.value(*offset, i);
      if (start > bytes.size() || directory.value(*length, i) > bytes.size() - start) return false;
    }
  }
  return true;
}

// Of an image that is not compressed only the size says how long a strip is; some writers state
// more than there is. A copy of the file with the lengths that are needed; nothing when even those
// are not there.
ByteBuffer with_true_lengths(const TiffDirectory& directory, Bytes bytes) {
  constexpr std::uint64_t kPlain = 1;
  const auto* offset = directory.find(tiff_tag::kStripOffsets);
  const auto* length = directory.find(tiff_tag::kStripLengths);
  if (directory.first_value(tiff_tag::kCompression, kPlain) != kPlain || offset == nullptr ||
      length == nullptr || offset->count != length->count) {
    return {};
  }
  const std::uint64_t height = directory.first_value(tiff_tag::kHeight, 1);
  const std::uint64_t rows =
      std::clamp<std::uint64_t>(directory.first_value(tiff_tag::kRowsPerStrip, height), 1, height);
  // Where each sample has its plane (2), a strip holds one sample of each pixel, and the planes'
  // strips follow one another. Both numbers are bounded: nothing has checked them, and the product
  // must not overflow.
  const std::uint64_t in_strip =
      directory.first_value(tiff_tag::kPlanar, 1) == 2
          ? 1
          : std::min<std::uint64_t>(directory.first_value(tiff_tag::kSamplesPerPixel, 1), 64);
  const std::uint64_t row_bytes =
      (directory.first_value(tiff_tag::kWidth, 1) * in_strip *
           std::min<std::uint64_t>(directory.first_value(tiff_tag::kBitsPerSample, 1), 64) +
       7) /
      8;
  const std::uint64_t strips = (height + rows - 1) / rows;
  ByteBuffer mended(bytes.begin(), bytes.end());
  for (std::uint64_t i = 0; i < offset->count; ++i) {
    const std::uint64_t needed = std::min(rows, height - i % strips * rows) * row_bytes;
    const std::uint64_t start = directory.value(*offset, i);
    // Then pixels are missing, and no stated length can help.
    if (start > bytes.size() || needed > bytes.size() - start) return {};
    if (directory.value(*length, i) > needed) directory.change(mended, *length, i, needed);
  }
  return mended;
}

// What libtiff unpacks at once, a strip or a tile, which may be larger than the image. In floating
// point, since nothing has checked these numbers.
struct Blocks {
  double columns;
  double rows;
  double bytes_of_one;
  double bytes_of_all;
};

Blocks blocks_of(const TiffDirectory& directory) {
  const auto value = [&](std::uint16_t tag, std::uint64_t otherwise) {
    return std::max(1.0, static_cast<double>(directory.first_value(tag, otherwise)));
  };
  const bool is_tiled = directory.find(tiff_tag::kTileWidth) != nullptr;
  const double width = value(tiff_tag::kWidth, 1);
  const double height = value(tiff_tag::kHeight, 1);
  // Without rows per strip the whole image is one strip.
  const double columns = is_tiled ? value(tiff_tag::kTileWidth, 1) : width;
  const double rows = is_tiled ? value(tiff_tag::kTileLength, 1)
                               : std::min(value(tiff_tag::kRowsPerStrip, UINT32_MAX), height);
  const double bits = value(tiff_tag::kSamplesPerPixel, 1) * value(tiff_tag::kBitsPerSample, 1);
  const double bytes = columns * rows * bits / 8;
  return {columns, rows, bytes, bytes * std::ceil(width / columns) * std::ceil(height / rows)};
}

// A block, and its rows again as RGBA.
std::uint64_t work_bytes(const TiffDirectory& directory, Size size) {
  constexpr double kMost = 1e18;
  const Blocks blocks = blocks_of(directory);
  const double bytes =
      blocks.bytes_of_one + 4 * std::min<double>(blocks.rows, size.height) * size.width;
  return static_cast<std::uint64_t>(std::min(bytes, kMost));
}

Result<Header> read_header(Bytes bytes) {
  const TiffDirectory directory(bytes);
  if (!directory.is_whole()) return truncated();
  const std::uint64_t width = directory.first_value(tiff_tag::kWidth, 0);
  const std::uint64_t height = directory.first_value(tiff_tag::kHeight, 0);
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  if (width == 0 || height == 0 || width > kMax || height > kMax) {
    return decode_error(RejectCode::kCorrupt, "the TIFF's size is invalid");
  }
  const Size size = {static_cast<int>(width), static_cast<int>(height)};
  return Header{size, orientation_of(directory, directory.raw(tiff_tag::kXmp)), true,
                work_bytes(directory, size)};
}

std::string number_kind(std::uint64_t sample_format) {
  switch (sample_format) {
    case 2:
      return "signed integers";
    case 3:
      return "floating-point numbers";
    case 5:
    case 6:
      return "complex numbers";
    default:
      return "numbers of an unknown type";
  }
}

// What no part of this program can turn into 8-bit RGB, by its name.
std::optional<SampleError> refuse_kind(const TiffDirectory& directory, const DecodeLimits& limits) {
  const auto refused = [](const std::string& what) {
    return decode_error(RejectCode::kUnsupported, "a TIFF of " + what);
  };
  const std::uint64_t kind = directory.first_value(tiff_tag::kSampleFormat, 1);
  // What floating-point numbers mean as colours, only the program that wrote them knows.
  if (kind != 1) return refused(number_kind(kind));
  const std::uint64_t bits = directory.first_value(tiff_tag::kBitsPerSample, 1);
  if (bits > 64)
    return decode_error(RejectCode::kCorrupt, "the TIFF's number of bits per sample is invalid");
  if (bits > 16) return refused(std::to_string(bits) + "-bit samples");
  constexpr std::uint64_t kSeparated = 5;
  // Libtiff's conversion to RGBA takes separated inks of 8 bits only.
  if (bits == 16 && directory.first_value(tiff_tag::kPhotometric, 0) == kSeparated) {
    return refused("16-bit CMYK");
  }
  // Twice what four channels of 16 bits take. A block whose memory the system refuses would end the
  // whole run, and many wide tiles for a narrow image would take hours.
  constexpr double kMostBytesPerPixel = 16;
  const Blocks blocks = blocks_of(directory);
  const auto most_pixels = static_cast<double>(limits.max_pixels);
  if (blocks.columns * blocks.rows > most_pixels ||
      blocks.bytes_of_all > kMostBytesPerPixel * most_pixels) {
    return decode_error(RejectCode::kTooLarge,
                        "a TIFF whose strips or tiles are larger than the largest allowed image");
  }
  return std::nullopt;
}

Result<Image> read_pixels(Bytes bytes, const Header& /*header*/, const PixelRequest& request) {
  const TiffDirectory directory(bytes);
  if (!directory.is_whole()) return truncated();
  if (auto error = refuse_kind(directory, request.limits)) return *error;
  ByteBuffer mended;
  if (!holds_all_data(directory, bytes)) {
    mended = with_true_lengths(directory, bytes);
    if (mended.empty()) return truncated();
    // The pixels are all there; what was wrong is told as an oddity.
    ++request.notes->warnings;
    bytes = mended;
  }
  Result<Image> image = decode_in_module(bytes, request);
  if (image && directory.first_value(tiff_tag::kPhotometric, 0) == kCieLab) {
    lab_to_rgb(image.value().span());
  }
  return image;
}

}  // namespace

const Codec kTiffCodec = {ImageFormat::kTiff, is_tiff, read_header, read_pixels};

}  // namespace guidedmixup::image_io

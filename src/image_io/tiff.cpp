// TIFF: the first directory is read here (size, orientation, is everything there?), so that a
// header can be looked at without loading the module that decodes the pixels.
#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "codec.hpp"
#include "opencv_module.hpp"
#include "orientation.hpp"
#include "tiff_directory.hpp"

namespace guidedmixup::image_io {
namespace {

SampleError truncated() {
  return decode_error(RejectCode::kTruncated, "the TIFF ends before the image does");
}

// True when each strip or tile lies within the file.
bool holds_all_data(const TiffDirectory& directory, Bytes bytes) {
  for (const auto& [offsets, lengths] :
       {std::pair{tiff_tag::kStripOffsets, tiff_tag::kStripLengths},
        std::pair{tiff_tag::kTileOffsets, tiff_tag::kTileLengths}}) {
    const auto* offset = directory.find(offsets);
    const auto* length = directory.find(lengths);
    if (offset == nullptr || length == nullptr) continue;
    for (std::uint64_t i = 0; i < std::min(offset->count, length->count); ++i) {
      const std::uint64_t start = directory.value(*offset, i);
      if (start > bytes.size() || directory.value(*length, i) > bytes.size() - start) return false;
    }
  }
  return true;
}

// A strip, or a row of tiles, as it unpacks and again as RGBA.
std::uint64_t work_bytes(const TiffDirectory& directory, std::uint64_t width,
                         std::uint64_t height) {
  const std::uint16_t rows_tag = directory.find(tiff_tag::kTileOffsets) == nullptr
                                     ? tiff_tag::kRowsPerStrip
                                     : tiff_tag::kTileLength;
  const std::uint64_t rows =
      std::clamp<std::uint64_t>(directory.first_value(rows_tag, height), 1, height);
  const std::uint64_t samples =
      std::min<std::uint64_t>(directory.first_value(tiff_tag::kSamplesPerPixel, 1), 64);
  const std::uint64_t bits =
      std::min<std::uint64_t>(directory.first_value(tiff_tag::kBitsPerSample, 1), 64);
  return width * rows * (4 + (samples * bits + 7) / 8);
}

Result<Header> read_header(Bytes bytes) {
  const TiffDirectory directory(bytes);
  if (!directory.is_whole()) return truncated();
  const std::uint64_t width = directory.first_value(tiff_tag::kWidth, 0);
  const std::uint64_t height = directory.first_value(tiff_tag::kHeight, 0);
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  if (width == 0 || height == 0 || width > kMax || height > kMax) {
    return decode_error(RejectCode::kCorrupt, "the TIFF's size makes no sense");
  }
  return Header{{static_cast<int>(width), static_cast<int>(height)},
                orientation_of(directory, directory.raw(tiff_tag::kXmp)),
                true,
                work_bytes(directory, width, height)};
}

Result<Image> read_pixels(Bytes bytes, const Header& /*header*/, const PixelRequest& /*request*/) {
  const TiffDirectory directory(bytes);
  if (!directory.is_whole() || !holds_all_data(directory, bytes)) return truncated();
  if (directory.first_value(tiff_tag::kSampleFormat, 1) != 1) {
    return decode_error(RejectCode::kUnsupported, "a TIFF of other than unsigned whole numbers");
  }
  return decode_in_module(bytes);
}

}  // namespace

const Codec kTiffCodec = {ImageFormat::kTiff, is_tiff, read_header, read_pixels};

}  // namespace guidedmixup::image_io

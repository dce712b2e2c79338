// The table of formats, and what they have in common: limits, orientation, turns.
#include <array>
#include <string>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/resize.hpp>

#include "codec.hpp"
#include "decode_turn.hpp"
#include "file.hpp"
#include "orientation.hpp"

namespace guidedmixup {
namespace {

using image_io::Bytes;
using image_io::Codec;
using image_io::decode_error;
using image_io::Header;
using image_io::PixelRequest;

constexpr std::array<const Codec*, 6> kCodecs = {&image_io::kJpegCodec, &image_io::kPngCodec,
                                                 &image_io::kWebpCodec, &image_io::kTiffCodec,
                                                 &image_io::kBmpCodec,  &image_io::kPnmCodec};

// Enough for the header of nearly every file, EXIF thumbnails included.
constexpr std::size_t kHeaderBytes = std::size_t{64} * 1024;

struct OpenedHeader {
  const Codec* codec;
  Header header;
};

Size swapped(Size size) { return {size.height, size.width}; }

Size upright_size(const Header& header) {
  return image_io::swaps_sides(header.orientation) ? swapped(header.stored) : header.stored;
}

Result<OpenedHeader> open_header(Bytes bytes) {
  if (bytes.empty()) return decode_error(RejectCode::kEmpty, "the file is empty");
  for (const Codec* codec : kCodecs) {
    if (!codec->recognises(bytes)) continue;
    Result<Header> header = codec->read_header(bytes);
    if (!header) return header.error();
    return OpenedHeader{codec, header.value()};
  }
  return decode_error(RejectCode::kUnsupported,
                      "the content is not a JPEG, PNG, WebP, TIFF, BMP or PNM image");
}

Result<OpenedHeader> open_within_limits(Bytes bytes, const DecodeLimits& limits) {
  Result<OpenedHeader> opened = open_header(bytes);
  if (!opened) return opened;
  const Size size = opened.value().header.stored;
  if (size.pixels() > limits.max_pixels) {
    return decode_error(RejectCode::kTooLarge, std::to_string(size.width) + " x " +
                                                   std::to_string(size.height) +
                                                   " pixels are more than the limit of " +
                                                   std::to_string(limits.max_pixels));
  }
  return opened;
}

// The caller holds the turn, since the image may have to live longer than its decoding.
Result<Image> decode_opened(Bytes bytes, const OpenedHeader& opened, const DecodeLimits& limits,
                            std::optional<Size> at_least, DecodeNotes* notes) {
  DecodeNotes ignored;
  PixelRequest request{limits, at_least, notes != nullptr ? notes : &ignored};
  const int orientation = opened.header.orientation;
  if (at_least && image_io::swaps_sides(orientation)) request.at_least = swapped(*at_least);
  Result<Image> pixels = opened.codec->read_pixels(bytes, opened.header, request);
  if (!pixels || orientation == 1) return pixels;
  return image_io::turned_upright(pixels.value(), orientation);
}

Result<ImageInfo> image_info(const Result<OpenedHeader>& opened) {
  if (!opened) return opened.error();
  return ImageInfo{opened.value().codec->format, upright_size(opened.value().header)};
}

// The file may go on after `bytes`, and what follows could matter.
bool needs_more(const Result<OpenedHeader>& opened) {
  return opened ? !opened.value().header.complete : opened.error().code == RejectCode::kTruncated;
}

}  // namespace

Result<ImageInfo> probe(std::span<const std::uint8_t> bytes) {
  return image_info(open_header(bytes));
}

Result<ImageInfo> probe_file(const std::string& path) {
  const auto start = image_io::read_file_start(path, kHeaderBytes);
  if (!start) return start.error();
  const Result<OpenedHeader> opened = open_header(start.value());
  if (start.value().size() < kHeaderBytes || !needs_more(opened)) return image_info(opened);
  const auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  return probe(bytes.value());
}

Result<Image> decode(std::span<const std::uint8_t> bytes, const DecodeLimits& limits,
                     std::optional<Size> at_least, DecodeNotes* notes) {
  const Result<OpenedHeader> opened = open_within_limits(bytes, limits);
  if (!opened) return opened.error();
  const image_io::DecodeTurn turn(opened.value().header.stored);
  return decode_opened(bytes, opened.value(), limits, at_least, notes);
}

Result<Image> load_image(const std::string& path, const LoadOptions& options, DecodeNotes* notes) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  if (notes != nullptr) notes->file_bytes = bytes.value().size();
  const Result<OpenedHeader> opened = open_within_limits(bytes.value(), options.limits);
  if (!opened) return opened.error();

  std::optional<Size> at_least;
  if (options.size) {
    const Size scaled =
        scaled_size(upright_size(opened.value().header), *options.size, options.fit);
    at_least = Size{2 * scaled.width, 2 * scaled.height};
  }
  const image_io::DecodeTurn turn(opened.value().header.stored);
  Result<Image> image =
      decode_opened(bytes.value(), opened.value(), options.limits, at_least, notes);
  if (!image || !options.size || image.value().size() == *options.size) return image;
  return fit_image(image.value().view(), *options.size, options.fit);
}

}  // namespace guidedmixup

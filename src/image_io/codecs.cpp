// The table of formats, and what they have in common: limits, orientation, memory.
#include <algorithm>
#include <array>
#include <string>

#include <guidedmixup/image_io/decode.hpp>

#include "content.hpp"
#include "decode_turn.hpp"
#include "dispatch.hpp"
#include "orientation.hpp"

namespace guidedmixup {
namespace image_io {
namespace {

// The first bytes decide, never the file's name, which is wrong often enough. No two formats begin
// alike, so the order does not matter.
constexpr std::array<const Codec*, 6> kCodecs = {&kJpegCodec, &kPngCodec, &kWebpCodec,
                                                 &kTiffCodec, &kBmpCodec, &kPnmCodec};

Size swapped(Size size) { return {size.height, size.width}; }

// The size that is wanted as the image lies in the file.
std::optional<Size> as_stored(std::optional<Size> upright, int orientation) {
  return upright && swaps_sides(orientation) ? swapped(*upright) : upright;
}

}  // namespace

Size upright_size(const Header& header) {
  return swaps_sides(header.orientation) ? swapped(header.stored) : header.stored;
}

const Codec* find_codec(Bytes bytes) {
  const auto* const found = std::find_if(
      kCodecs.begin(), kCodecs.end(), [&](const Codec* codec) { return codec->recognises(bytes); });
  return found == kCodecs.end() ? nullptr : *found;
}

Result<OpenedHeader> open_header(Bytes bytes) {
  if (bytes.empty()) return decode_error(RejectCode::kEmpty, "the file is empty");
  const Codec* codec = find_codec(bytes);
  if (codec == nullptr) {
    const std::string kind(kind_of_content(bytes));
    // By its content if that is known, else by what it is not.
    constexpr const char* kRead = "not a JPEG, PNG, WebP, TIFF, BMP or PNM image";
    return decode_error(RejectCode::kUnsupported,
                        "the content is " + (kind.empty() ? kRead : kind));
  }
  Result<Header> header = codec->read_header(bytes);
  if (!header) return header.error();
  return OpenedHeader{codec, header.value()};
}

bool needs_more(const Result<OpenedHeader>& opened) {
  return opened ? !opened.value().header.complete : opened.error().code == RejectCode::kTruncated;
}

Result<OpenedHeader> within_limits(Result<OpenedHeader> opened, const DecodeLimits& limits) {
  if (!opened) return opened;
  // Asked before the pixels take memory: a small file can state any size.
  const Size size = opened.value().header.stored;
  if (size.pixels() > limits.max_pixels) {
    return decode_error(RejectCode::kTooLarge,
                        std::to_string(size.width) + " x " + std::to_string(size.height) +
                            " pixels exceed the limit of " + std::to_string(limits.max_pixels));
  }
  // A row takes its time, however short it is: a hundred million of them take many seconds.
  const std::int64_t most_rows = std::max<std::int64_t>(1'000'000, limits.max_pixels / 100);
  if (size.height > most_rows) {
    return decode_error(
        RejectCode::kTooLarge,
        std::to_string(size.height) + " rows exceed the limit of " + std::to_string(most_rows));
  }
  return opened;
}

std::uint64_t decode_bytes(const OpenedHeader& opened, std::optional<Size> at_least) {
  const auto& [codec, header] = opened;
  const Size size = codec->delivered_size == nullptr
                        ? header.stored
                        : codec->delivered_size(header, as_stored(at_least, header.orientation));
  const std::uint64_t image = static_cast<std::uint64_t>(size.pixels()) * kChannels;
  // Turning it upright takes a second image, but the codec has done its work by then.
  return image + std::max(header.work_bytes, header.orientation == 1 ? 0 : image);
}

Result<Image> decode_opened(Bytes bytes, const OpenedHeader& opened, const DecodeLimits& limits,
                            std::optional<Size> at_least, DecodeNotes* notes) {
  DecodeNotes ignored;
  const int orientation = opened.header.orientation;
  // The codec turns nothing, so it is asked for the size as it lies in the file.
  const PixelRequest request{limits, as_stored(at_least, orientation),
                             notes != nullptr ? notes : &ignored};
  Result<Image> pixels = opened.codec->read_pixels(bytes, opened.header, request);
  if (!pixels || orientation == 1) return pixels;
  return turned_upright(pixels.value(), orientation);
}

}  // namespace image_io

Result<ImageInfo> probe(std::span<const std::uint8_t> bytes) {
  const auto opened = image_io::open_header(bytes);
  if (!opened) return opened.error();
  return ImageInfo{opened.value().codec->format, image_io::upright_size(opened.value().header)};
}

// For bytes that are in memory already; `load_image` takes the turn before it reads the file.
Result<Image> decode(std::span<const std::uint8_t> bytes, const DecodeLimits& limits,
                     std::optional<Size> at_least, DecodeNotes* notes) {
  const auto opened = image_io::within_limits(image_io::open_header(bytes), limits);
  if (!opened) return opened.error();
  const image_io::DecodeTurn turn(image_io::decode_bytes(opened.value(), at_least));
  return image_io::decode_opened(bytes, opened.value(), limits, at_least, notes);
}

}  // namespace guidedmixup

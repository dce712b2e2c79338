// From a file's name to an image of the wanted size: the header first, then the turn, then the rest
// of the file.
#include <algorithm>
#include <string>
#include <utility>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/resize.hpp>

#include "decode_turn.hpp"
#include "dispatch.hpp"
#include "file.hpp"

namespace guidedmixup {
namespace {

using image_io::decode_error;
using image_io::InputFile;
using image_io::OpenedHeader;

// Enough for the header of nearly every file, EXIF thumbnails included; most small files are whole
// with that.
constexpr std::uint64_t kHeaderBytes = std::uint64_t{64} * 1024;
// Files up to this size are read whole without a turn when their header lies further behind.
constexpr std::uint64_t kSmallFile = std::uint64_t{1024} * 1024;

// What a file may hold beside its pixels: profiles, thumbnails, a film behind the photograph.
constexpr std::uint64_t kMetadataBytes = std::uint64_t{64} * 1024 * 1024;

// More bytes than one pixel takes in any file of the format that is no worse than wasteful.
std::uint64_t largest_pixel(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return 10;  // four channels of 16 bits that do not shrink
    case ImageFormat::kTiff:
      return 32;  // many channels; further pages
    case ImageFormat::kPnm:
      return 24;  // three numbers as text
    default:
      return 8;
  }
}

// A film or a disk image with a picture's first bytes would otherwise be read whole, and take the
// turn of all other threads.
std::optional<SampleError> refuse_size(const InputFile& file, const image_io::Codec& codec,
                                       const DecodeLimits& limits) {
  // In floating point: the limit of pixels may be any number.
  const double most =
      static_cast<double>(limits.max_pixels) * static_cast<double>(largest_pixel(codec.format)) +
      static_cast<double>(kMetadataBytes);
  if (static_cast<double>(file.size()) <= most) return std::nullopt;
  return decode_error(RejectCode::kTooLarge, "a file of " + std::to_string(file.size()) +
                                                 " bytes is larger than any image of at most " +
                                                 std::to_string(limits.max_pixels) + " pixels");
}

// The header of a file of which `bytes` holds the beginning. Few lie so far behind that more of the
// file has to be read for them; when that is much, it is read under a turn and thrown away again,
// since the turn for decoding may only be taken by one who holds nothing.
Result<OpenedHeader> open_far_header(const InputFile& file, ByteBuffer& bytes) {
  if (file.size() <= kSmallFile) {
    if (auto error = file.read_until(file.size(), bytes)) return *error;
    return image_io::open_header(bytes);
  }
  const image_io::DecodeTurn turn(file.size());
  ByteBuffer whole;
  if (auto error = file.read_until(file.size(), whole)) return *error;
  return image_io::open_header(whole);
}

// Reads as much of the file as its header asks for.
Result<OpenedHeader> open_header(const InputFile& file, const DecodeLimits& limits,
                                 ByteBuffer& bytes) {
  // Untouched memory costs nothing, moving bytes does.
  if (file.size() <= kSmallFile) bytes.reserve(file.size());
  if (auto error = file.read_until(std::min(file.size(), kHeaderBytes), bytes)) return *error;
  Result<OpenedHeader> opened = image_io::open_header(bytes);
  const image_io::Codec* codec = image_io::find_codec(bytes);
  if (codec == nullptr || bytes.size() == file.size()) return opened;
  if (auto error = refuse_size(file, *codec, limits)) return *error;
  // An opened header that lacks only the orientation waits until the file is read for its pixels.
  if (opened || !needs_more(opened)) return opened;
  return open_far_header(file, bytes);
}

// A codec may shrink while it decodes, but only to an image that is still twice the wanted size
// along both axes, so that the antialiased step that follows decides how the result looks. Nearer
// than that it changed 38% of the pixels.
std::optional<Size> least_size(const LoadOptions& options, const OpenedHeader& opened) {
  if (!options.size) return std::nullopt;
  const Size scaled = scaled_size(upright_size(opened.header), *options.size, options.fit);
  return Size{2 * scaled.width, 2 * scaled.height};
}

std::uint64_t bytes_to_load(const InputFile& file, const OpenedHeader& opened,
                            const LoadOptions& options) {
  return file.size() + decode_bytes(opened, least_size(options, opened));
}

}  // namespace

Result<ImageInfo> probe_file(const std::string& path, const DecodeLimits& limits) {
  const Result<InputFile> file = InputFile::open(path);
  if (!file) return file.error();
  ByteBuffer bytes;
  Result<OpenedHeader> opened = open_header(file.value(), limits, bytes);
  if (opened && needs_more(opened) && bytes.size() < file.value().size()) {
    opened = open_far_header(file.value(), bytes);
  }
  if (!opened) return opened.error();
  return ImageInfo{opened.value().codec->format, upright_size(opened.value().header)};
}

Result<Image> load_image(const std::string& path, const LoadOptions& options, DecodeNotes* notes) {
  const Result<InputFile> file = InputFile::open(path);
  if (!file) return file.error();
  ByteBuffer start;
  Result<OpenedHeader> opened =
      within_limits(open_header(file.value(), options.limits, start), options.limits);
  if (notes != nullptr) notes->file_bytes = start.size();
  if (!opened) return opened.error();

  const std::uint64_t file_bytes = file.value().size();
  // The turn counts file and pixels together, and is taken before the rest of the file is read: it
  // may be large as well.
  const image_io::DecodeTurn turn(bytes_to_load(file.value(), opened.value(), options));
  ByteBuffer bytes = std::move(start);  // to be freed before the turn ends
  if (bytes.size() < file_bytes) {
    if (auto error = file.value().read_until(file_bytes, bytes)) return *error;
    if (notes != nullptr) notes->file_bytes = bytes.size();
    // Behind the pixels there may be an orientation, or nothing where something should be.
    if (needs_more(opened)) opened = within_limits(image_io::open_header(bytes), options.limits);
    if (!opened) return opened.error();
  }
  const std::optional<Size> at_least = least_size(options, opened.value());
  Result<Image> image = decode_opened(bytes, opened.value(), options.limits, at_least, notes);
  // An image that has its size already is not resampled, which would not change a pixel.
  if (!image || !options.size || image.value().size() == *options.size) return image;
  return fit_image(image.value().view(), *options.size, options.fit);
}

Result<LoadCost> load_cost(const std::string& path, const LoadOptions& options) {
  const Result<InputFile> file = InputFile::open(path);
  if (!file) return file.error();
  ByteBuffer start;
  const Result<OpenedHeader> opened =
      within_limits(open_header(file.value(), options.limits, start), options.limits);
  if (!opened) return opened.error();
  return LoadCost{opened.value().codec->format,
                  bytes_to_load(file.value(), opened.value(), options)};
}

}  // namespace guidedmixup

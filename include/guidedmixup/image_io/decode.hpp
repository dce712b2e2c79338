/// From the bytes of a file to an upright 8-bit RGB image of the wanted size.
///
/// All functions may be called from any thread. A file that cannot be used is a `SampleError`. When
/// the system fails instead of the file (its disk or network: EIO, ESTALE and the like; no memory
/// or file handles left), that is an exception (`RunError`, `std::bad_alloc`), never a rejected
/// sample. No codec library writes to the terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/image.hpp>
#include <guidedmixup/image_io/format.hpp>

namespace guidedmixup {

/// What is refused.
struct DecodeLimits {
  std::int64_t max_pixels = 100'000'000;
  int max_progressive_scans = 100;
  /// Use a picture whose codec went on past an error in the data, instead of refusing it as
  /// damaged. One that ends too early is refused in any case.
  bool use_damaged = false;
};

/// How an image gets the output's size.
enum class Fit {
  kCover,    ///< scale the shorter side, crop the middle
  kContain,  ///< scale the longer side, pad with black, the image in the middle
  kStretch,  ///< scale each side for itself
};

/// "cover", "contain" or "stretch", and back; nothing for another name.
[[nodiscard]] std::string_view to_string(Fit fit);
[[nodiscard]] std::optional<Fit> parse_fit(std::string_view name);

struct ImageInfo {
  ImageFormat format = ImageFormat::kPng;
  Size size;  ///< upright, that is after EXIF orientation
};

/// Reads a whole file. Errors: missing, unreadable (both of them with `retry` where the cause may
/// go away), empty, too-large (beyond 4 GiB).
Result<ByteBuffer> read_file(const std::string& path);

/// Format and upright size from the header. Does not look at the limits.
Result<ImageInfo> probe(std::span<const std::uint8_t> bytes);

/// The same, reading no more of the file than the header needs; of the limits, only what a file's
/// size says is looked at.
Result<ImageInfo> probe_file(const std::string& path, const DecodeLimits& limits = {});

/// Bytes that all decoding of this process may hold at once: files in memory, images on their way,
/// the libraries' buffers; as decode_budget() says. An image that needs more than all of it is
/// decoded alone. 1 GiB until it is set: a command does so when it begins, for the budget belongs
/// to the process.
void set_decode_memory(std::optional<std::uint64_t> asked);

/// What `decode` met beside the image.
struct DecodeNotes {
  int warnings = 0;              ///< oddities beside the pixels, which are whole
  int damage = 0;                ///< errors in the data that the codec went on past
  std::uint64_t file_bytes = 0;  ///< size of the file, where one was read
};

/// Decodes to upright 8-bit RGB as Pillow's convert("RGB") does: alpha dropped, 16 bits scaled to
/// 8, grey replicated, palettes and CMYK converted, EXIF orientation applied. With `at_least`, a
/// JPEG may be decoded at 1/2, 1/4 or 1/8 as long as both sides stay at least that large (upright).
Result<Image> decode(std::span<const std::uint8_t> bytes, const DecodeLimits& limits,
                     std::optional<Size> at_least = std::nullopt, DecodeNotes* notes = nullptr);

/// The size of an image of size `from` after scaling for `fit` and before cropping or padding to
/// `to`: rounded to nearest, at least 1.
[[nodiscard]] Size scaled_size(Size from, Size to, Fit fit);

/// What `load_image` is to deliver.
struct LoadOptions {
  std::optional<Size> size;  ///< nothing: the image's own size
  Fit fit = Fit::kCover;
  DecodeLimits limits;
};

/// Reads, decodes and fits in one. A JPEG is decoded at a reduced scale only when the result is
/// still at least twice `scaled_size` on both sides. The header is read first: what is no image, or
/// too large, is refused without reading the rest. Waits for a share of `set_decode_memory`.
Result<Image> load_image(const std::string& path, const LoadOptions& options,
                         DecodeNotes* notes = nullptr);

/// What loading an image takes.
struct LoadCost {
  ImageFormat format = ImageFormat::kPng;
  std::uint64_t bytes = 0;  ///< of memory, while it lasts
};

/// The cost of `load_image` as the file's header tells it. Errors as there, as far as the header
/// shows them.
Result<LoadCost> load_cost(const std::string& path, const LoadOptions& options);

}  // namespace guidedmixup

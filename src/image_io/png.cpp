// PNG through libspng.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <spng.h>

#include <guidedmixup/image_io/encode.hpp>

#include "codec.hpp"
#include "encoders.hpp"
#include "png_chunks.hpp"

namespace guidedmixup {
namespace image_io {
namespace {

struct ContextDeleter {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, ContextDeleter>;

// A context serves one image: libspng has no call that resets one.
Context make_context(int flags) {
  Context context(spng_ctx_new(flags));
  if (!context) throw std::bad_alloc();
  return context;
}

bool recognises(Bytes bytes) { return starts_with(bytes, kPngSignature); }

SampleError truncated() {
  return decode_error(RejectCode::kTruncated, "the PNG ends before its last chunk");
}

// Libspng holds two rows as they are stored, and one as it is wanted.
std::uint64_t work_bytes(Bytes bytes, std::uint64_t width) {
  constexpr std::array<unsigned, 7> kSamples = {1, 0, 3, 1, 2, 0, 4};  // by kind of colour
  const unsigned samples = bytes[25] < kSamples.size() ? kSamples[bytes[25]] : 0;
  const unsigned bits = std::min<unsigned>(bytes[24], 16);
  return 2 * ((width * samples * bits + 7) / 8) + width * kChannels;
}

// Walks the chunks, since the orientation may stand behind the pixels and a missing end is not
// seen by a decoder that stops at the last row.
Result<Header> read_header(Bytes bytes) {
  constexpr std::size_t kFirstChunkEnd = 8 + 12 + 13;
  if (bytes.size() < kFirstChunkEnd) return truncated();
  // Apple's tools write it for their phones: deflate without the header of zlib, and channels in
  // another order, which libspng does not read.
  if (starts_with(bytes.subspan(12), "CgBI")) {
    return decode_error(RejectCode::kUnsupported, "a PNG in Apple's own format (CgBI)");
  }
  const std::uint64_t width = big_endian(bytes, 16, 4);
  const std::uint64_t height = big_endian(bytes, 20, 4);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (!starts_with(bytes.subspan(12), "IHDR") || width == 0 || height == 0 || width > kMax ||
      height > kMax) {
    return decode_error(RejectCode::kCorrupt, "the PNG's header is invalid");
  }
  const PngOutline outline = png_outline(bytes);
  return Header{{static_cast<int>(width), static_cast<int>(height)},
                outline.orientation,
                outline.has_end,
                work_bytes(bytes, width)};
}

// A wrong checksum is damage, which --damaged can allow; anything else leaves no pixels to use.
SampleError pixel_error(int code) {
  if (code == SPNG_EMEM && allocation_failed()) throw std::bad_alloc();
  return decode_error(code == SPNG_ECHUNK_CRC ? RejectCode::kDamaged : RejectCode::kCorrupt,
                      std::string("PNG: ") + spng_strerror(code));
}

// The end is missing, or a wrong length of a chunk hides it.
SampleError incomplete(Bytes bytes) {
  constexpr std::string_view kLastChunk("\0\0\0\0IEND\xAE\x42\x60\x82", 12);
  if (!starts_with(bytes.last(kLastChunk.size()), kLastChunk)) return truncated();
  return decode_error(RejectCode::kCorrupt, "a chunk of the PNG has an invalid length");
}

// The chunks that make the pixels, as libspng reads them. It would keep the others, with a limit
// of their number, and give up where one of them makes no sense.
class PixelChunks {
 public:
  PixelChunks(Bytes bytes, bool use_damaged, DecodeNotes& notes) {
    add(bytes.first(kPngSignature.size()));
    for_each_chunk(bytes, [&](const PngChunk& chunk) {
      if (chunk.is_critical()) add(chunk.whole);
      if (!chunk.is_critical() && !chunk.has_right_checksum()) ++notes.warnings;
      // A chunk that is not critical cannot change the pixels, whatever happened to it.
      // Otherwise libspng looks at the checksums.
      if (chunk.is_critical() && use_damaged && !chunk.has_right_checksum()) ++notes.damage;
    });
  }

  // Libspng asks for the bytes that it needs next; it gets them from all runs as if they were one.
  static int read(spng_ctx* /*context*/, void* user, void* to, std::size_t length) {
    auto& chunks = *static_cast<PixelChunks*>(user);
    auto* target = static_cast<std::uint8_t*>(to);
    while (length > 0) {
      if (chunks.next_ == chunks.runs_.size()) return SPNG_IO_EOF;
      Bytes& run = chunks.runs_[chunks.next_];
      const std::size_t count = std::min(length, run.size());
      target = std::copy_n(run.data(), count, target);
      length -= count;
      run = run.subspan(count);
      if (run.empty()) ++chunks.next_;
    }
    return 0;
  }

 private:
  // Mostly the pixels follow each other.
  void add(Bytes part) {
    if (!runs_.empty() && runs_.back().data() + runs_.back().size() == part.data()) {
      runs_.back() = Bytes(runs_.back().data(), runs_.back().size() + part.size());
    } else {
      runs_.push_back(part);
    }
  }

  std::vector<Bytes> runs_;
  std::size_t next_ = 0;
};

// Deflate shrinks to a 1032th at best, of eight pixels a byte.
constexpr std::uint64_t kMostPixelsPerByte = 1032 * 8;

Result<Image> read_pixels(Bytes bytes, const Header& header, const PixelRequest& request) {
  if (!header.complete) return incomplete(bytes);
  if (too_few_bytes(bytes, header.stored, kMostPixelsPerByte)) {
    return decode_error(RejectCode::kTruncated, "the PNG is too short for its image");
  }
  const bool use_damaged = request.limits.use_damaged;
  PixelChunks chunks(bytes, use_damaged, *request.notes);
  watch_allocations();
  const Context context = make_context(0);
  Image image = Image::uninitialized(header.stored);
  int code = spng_set_png_stream(context.get(), PixelChunks::read, &chunks);
  if (code == 0 && use_damaged) {
    code = spng_set_crc_action(context.get(), SPNG_CRC_USE, SPNG_CRC_USE);
  }
  if (code == 0) {
    // Any bit depth and palette comes out as 8-bit RGB; alpha is dropped, not blended, as
    // everywhere here.
    code = spng_decode_image(context.get(), image.span().data(), image.span().size(), SPNG_FMT_RGB8,
                             0);
  }
  // Reads on to the end: what stands behind the last row has checksums as well.
  if (code == 0) code = spng_decode_chunks(context.get());
  if (code != 0) return pixel_error(code);
  return image;
}

// zlib's Z_RLE. Measured on mixed photographs of 224 x 224 (and 32 x 32), ms and kB an image:
// this strategy with the filter "sub" 1.7, 97.0 (0.08, 2.36); level 1 without it 2.7, 97.8 (0.09,
// 2.38); libspng's defaults (level 6, best filter for each row) 10.0, 92.7 (0.13, 2.17). Matches at
// a distance hardly exist in filtered photographs, while runs (padding, flat areas) do.
constexpr int kRunLengthStrategy = 3;

struct PngLayout {
  Size size;
  std::uint8_t bit_depth;
  std::uint8_t color_type;
};

void encode(const void* pixels, std::size_t byte_count, const PngLayout& layout,
            ByteBuffer& bytes) {
  const Context context = make_context(SPNG_CTX_ENCODER);
  spng_ihdr ihdr{};
  ihdr.width = static_cast<std::uint32_t>(layout.size.width);
  ihdr.height = static_cast<std::uint32_t>(layout.size.height);
  ihdr.bit_depth = layout.bit_depth;
  ihdr.color_type = layout.color_type;
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 1);
  spng_set_option(context.get(), SPNG_IMG_COMPRESSION_STRATEGY, kRunLengthStrategy);
  spng_set_option(context.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_SUB);
  int code = spng_set_ihdr(context.get(), &ihdr);
  if (code == 0) {
    code = spng_encode_image(context.get(), pixels, byte_count, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  }
  std::size_t length = 0;
  std::unique_ptr<void, decltype(&std::free)> file(nullptr, &std::free);
  if (code == 0) file.reset(spng_get_png_buffer(context.get(), &length, &code));
  if (code == SPNG_EMEM) throw std::bad_alloc();
  if (code != 0) throw RunError(std::string("cannot encode a PNG: ") + spng_strerror(code));
  // A copy, because libspng allocates by malloc and cannot be given a buffer; it is small beside
  // the compression.
  const auto* first = static_cast<const std::uint8_t*>(file.get());
  bytes.assign(first, first + length);
}

}  // namespace

const Codec kPngCodec = {ImageFormat::kPng, recognises, read_header, read_pixels};

void encode_png(ImageView image, ByteBuffer& bytes) {
  encode(image.pixels, image.bytes(), {image.size, 8, SPNG_COLOR_TYPE_TRUECOLOR}, bytes);
}

}  // namespace image_io

void encode_png16(std::span<const std::uint16_t> values, Size size, ByteBuffer& bytes) {
  GUIDEDMIXUP_CHECK(static_cast<std::int64_t>(values.size()), ==, size.pixels());
  image_io::encode(values.data(), values.size_bytes(), {size, 16, SPNG_COLOR_TYPE_GRAYSCALE},
                   bytes);
}

}  // namespace guidedmixup

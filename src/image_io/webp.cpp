// WebP through libwebp; EXIF and XMP data through libwebpdemux.
#include <memory>
#include <new>
#include <string>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include "codec.hpp"
#include "encoders.hpp"
#include "orientation.hpp"

namespace guidedmixup::image_io {
namespace {

bool recognises(Bytes bytes) {
  return bytes.size() >= 12 && starts_with(bytes, "RIFF") && starts_with(bytes.subspan(8), "WEBP");
}

// The decoder also answers "out of memory" to sizes that only damaged data can ask for.
SampleError codec_error(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
      if (allocation_failed()) throw std::bad_alloc();
      return decode_error(RejectCode::kCorrupt, "the WebP's data is damaged");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return decode_error(RejectCode::kTruncated, "the WebP is truncated");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return decode_error(RejectCode::kUnsupported, "the WebP has an unsupported feature");
    default:
      return decode_error(RejectCode::kCorrupt, "the WebP's data is damaged");
  }
}

// The whole file's length as its first chunk states it.
// Little-endian, without the 8 bytes of the chunk's own name and length.
std::size_t stated_length(Bytes bytes) {
  return 8 + (std::size_t{bytes[4]} | std::size_t{bytes[5]} << 8U | std::size_t{bytes[6]} << 16U |
              std::size_t{bytes[7]} << 24U);
}

struct DemuxerDeleter {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

// The first chunk of that name; it lies within the file's bytes.
Bytes chunk_of(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator chunk;
  if (WebPDemuxGetChunk(demuxer, name, 1, &chunk) == 0) return {};
  const Bytes data(chunk.chunk.bytes, chunk.chunk.size);
  WebPDemuxReleaseChunkIterator(&chunk);
  return data;
}

// 1, upright, whenever nothing readable says otherwise: a damaged chunk of metadata is no reason to
// lose an image.
int read_orientation(Bytes bytes) {
  const WebPData data{bytes.data(), bytes.size()};
  WebPDemuxState state{};
  // "Partial": the bytes may be the beginning of the file.
  const std::unique_ptr<WebPDemuxer, DemuxerDeleter> demuxer(WebPDemuxPartial(&data, &state));
  if (!demuxer) return 1;
  return stored_orientation(chunk_of(demuxer.get(), "EXIF"), chunk_of(demuxer.get(), "XMP "));
}

// Only the extended kind of file (VP8X) has such chunks, and its flags say which.
bool may_say_orientation(Bytes bytes) {
  return bytes.size() > 20 && starts_with(bytes.subspan(12), "VP8X") &&
         (bytes[20] & static_cast<unsigned>(EXIF_FLAG | XMP_FLAG)) != 0;
}

Result<Header> read_header(Bytes bytes) {
  WebPBitstreamFeatures features;
  watch_allocations();
  const VP8StatusCode status = WebPGetFeatures(bytes.data(), bytes.size(), &features);
  if (status != VP8_STATUS_OK) return codec_error(status);
  Header header{{features.width, features.height}, 1, true};
  // Without loss all pixels are kept as four bytes; with it only alpha is kept whole.
  const auto pixels = static_cast<std::uint64_t>(header.stored.pixels());
  constexpr int kLossy = 1;
  header.work_bytes = features.format != kLossy ? pixels * 4 + pixels / 4
                                                : pixels * (features.has_alpha != 0 ? 1 : 0);
  if (may_say_orientation(bytes)) {
    header.orientation = read_orientation(bytes);
    // EXIF and XMP stand behind the pixels, so the beginning of a file does not tell the
    // orientation.
    header.complete = stated_length(bytes) <= bytes.size();
  }
  return header;
}

Result<Image> read_pixels(Bytes bytes, const Header& header, const PixelRequest& /*request*/) {
  if (stated_length(bytes) > bytes.size()) return codec_error(VP8_STATUS_NOT_ENOUGH_DATA);
  watch_allocations();
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) throw RunError("libwebp has an incompatible version");
  const VP8StatusCode features = WebPGetFeatures(bytes.data(), bytes.size(), &config.input);
  if (features != VP8_STATUS_OK) return codec_error(features);
  // Nothing says which of its pictures the label is about.
  if (config.input.has_animation != 0) {
    return decode_error(RejectCode::kUnsupported,
                        "an animated WebP: only still images can be used");
  }
  Image image(header.stored);
  config.output.colorspace = MODE_RGB;
  // Decodes straight into the image, which spares a copy.
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image.span().data();
  config.output.u.RGBA.stride = static_cast<int>(image.view().row_bytes());
  config.output.u.RGBA.size = image.span().size();
  const VP8StatusCode status = WebPDecode(bytes.data(), bytes.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (status != VP8_STATUS_OK) return codec_error(status);
  return image;
}

// What libwebp's functions of C would have to be told to free.
class Picture {
 public:
  Picture() {
    if (WebPPictureInit(&picture) == 0) throw RunError("libwebp has an incompatible version");
    WebPMemoryWriterInit(&file);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &file;
  }
  ~Picture() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&file);
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  WebPPicture picture{};
  WebPMemoryWriter file{};
};

}  // namespace

const Codec kWebpCodec = {ImageFormat::kWebp, recognises, read_header, read_pixels};

void encode_webp(ImageView image, int quality, ByteBuffer& bytes) {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0) throw RunError("libwebp has an incompatible version");
  // All else as the library has it: with loss, and its medium effort (4 of 0 to 6).
  config.quality = static_cast<float>(quality);

  Picture target;
  target.picture.width = image.size.width;
  target.picture.height = image.size.height;
  const bool done = WebPPictureImportRGB(&target.picture, image.pixels,
                                         static_cast<int>(image.row_bytes())) != 0 &&
                    WebPEncode(&config, &target.picture) != 0;
  if (!done) {
    const WebPEncodingError code = target.picture.error_code;
    if (code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY) {
      throw std::bad_alloc();
    }
    throw RunError("cannot encode a WebP of " + std::to_string(image.size.width) + " x " +
                   std::to_string(image.size.height) + " pixels: libwebp error " +
                   std::to_string(code) +
                   (code == VP8_ENC_ERROR_BAD_DIMENSION ? " (no side may exceed 16383)" : ""));
  }
  bytes.assign(target.file.mem, target.file.mem + target.file.size);
}

}  // namespace guidedmixup::image_io

#include "png_chunks.hpp"

#include <algorithm>
#include <new>
#include <optional>

#include <zlib.h>

#include <guidedmixup/core/buffer.hpp>

#include "orientation.hpp"

namespace guidedmixup::image_io {
namespace {

// Texts unpack to at most this much, as in Pillow.
constexpr std::size_t kLargestText = std::size_t{1024} * 1024;

// Longer texts count as none: an XMP text that says an orientation is far shorter, and a small
// chunk may unpack to gigabytes.
ByteBuffer unpacked(Bytes packed) {
  ByteBuffer text(kLargestText);
  auto length = static_cast<uLongf>(text.size());
  const int code =
      uncompress(text.data(), &length, packed.data(), static_cast<uLong>(packed.size()));
  if (code == Z_MEM_ERROR) throw std::bad_alloc();
  text.resize(code == Z_OK ? length : 0);
  return text;
}

// Cuts off what stands before the next zero, and the zero; nothing is left without one.
void skip_word(Bytes& data) {
  const auto zero = std::find(data.begin(), data.end(), std::uint8_t{0});
  data = zero == data.end() ? Bytes()
                            : data.subspan(static_cast<std::size_t>(zero - data.begin()) + 1);
}

// Three kinds of chunk hold text: plain (tEXt), packed (zTXt), and UTF-8 with a language, packed or
// not (iTXt). All begin with a key that ends with a zero.
bool is_text(const PngChunk& chunk, std::string_view key) {
  return (chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt") &&
         starts_with(chunk.data, key) && chunk.data.size() > key.size() &&
         chunk.data[key.size()] == 0;
}

// The text of such a chunk. Empty when there is none, or when it makes no sense.
ByteBuffer text_of(const std::optional<PngChunk>& chunk) {
  if (!chunk) return {};
  Bytes data = chunk->data;
  skip_word(data);  // the key
  bool packed = chunk->type == "zTXt";
  if (packed) {
    data = data.subspan(std::min<std::size_t>(1, data.size()));
  } else if (chunk->type == "iTXt") {
    if (data.size() < 2) return {};
    packed = data[0] != 0;
    data = data.subspan(2);
    skip_word(data);  // the language
    skip_word(data);  // the key in that language
  }
  return packed ? unpacked(data) : ByteBuffer(data.begin(), data.end());
}

int hex_digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// How ImageMagick and others kept EXIF data before the chunk eXIf was defined.
// Three lines (empty, name, length), and then bytes as hexadecimal digits.
ByteBuffer raw_profile(const ByteBuffer& text) {
  auto next = text.begin();
  for (int line = 0; line < 3; ++line) {
    next = std::find(next, text.end(), std::uint8_t{'\n'});
    if (next == text.end()) return {};
    ++next;
  }
  ByteBuffer bytes;
  int high = -1;
  for (; next != text.end(); ++next) {
    if (*next == ' ' || (*next >= '\t' && *next <= '\r')) continue;
    const int digit = hex_digit(*next);
    if (digit < 0) return {};
    if (high >= 0) bytes.push_back(static_cast<std::uint8_t>(high * 16 + digit));
    high = high >= 0 ? -1 : digit;
  }
  return bytes;
}

}  // namespace

bool PngChunk::has_right_checksum() const {
  const Bytes checked = whole.subspan(4, data.size() + 4);
  return crc32_z(0, checked.data(), checked.size()) == big_endian(whole, whole.size() - 4, 4);
}

PngOutline png_outline(Bytes bytes) {
  PngOutline outline;
  Bytes exif;
  // The last of each kind counts. Only that is unpacked: a file may hold millions.
  std::optional<PngChunk> profile_chunk;
  std::optional<PngChunk> xmp_chunk;
  // All chunks of text may stand in front of the pixels or behind them.
  outline.has_end = for_each_chunk(bytes, [&](const PngChunk& chunk) {
    if (chunk.is_critical()) return;
    if (chunk.type == "eXIf") exif = chunk.data;
    if (is_text(chunk, "Raw profile type exif")) profile_chunk = chunk;
    if (is_text(chunk, "XML:com.adobe.xmp")) xmp_chunk = chunk;
  });
  // The chunk that was made for EXIF data comes first, as in Pillow.
  const ByteBuffer profile = exif.empty() ? raw_profile(text_of(profile_chunk)) : ByteBuffer();
  const ByteBuffer xmp = text_of(xmp_chunk);
  outline.orientation = stored_orientation(exif.empty() ? Bytes(profile) : exif, xmp);
  return outline;
}

}  // namespace guidedmixup::image_io

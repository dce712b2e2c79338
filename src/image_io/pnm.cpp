// PBM, PGM and PPM, text and binary (P1 to P6). Read here and not by OpenCV, which takes binary
// values as they are when the largest one is not 255.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "byte_order.hpp"
#include "codec.hpp"

namespace guidedmixup::image_io {
namespace {

constexpr std::uint32_t kLargestValue = 65535;

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

// The third byte as well: "P5" alone begins many a text.
bool recognises(Bytes bytes) {
  return bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         (is_space(bytes[2]) || bytes[2] == '#');
}

SampleError truncated() { return decode_error(RejectCode::kTruncated, "the PNM is truncated"); }

// Reads numbers out of text with comments.
class Numbers {
 public:
  explicit Numbers(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] bool at_end() const { return position_ >= bytes_.size(); }
  void skip(std::size_t count) { position_ += count; }

  /// The next number of at most `limit`; nothing at the end, or where there is none.
  std::optional<std::uint32_t> next(std::uint32_t limit) {
    skip_spaces();
    if (at_end() || !is_digit(bytes_[position_])) return std::nullopt;
    std::uint64_t value = 0;
    for (; !at_end() && is_digit(bytes_[position_]); ++position_) {
      value = value * 10 + (bytes_[position_] - '0');
      // Asked after each digit, so that no number of digits overflows.
      if (value > limit) return std::nullopt;
    }
    return static_cast<std::uint32_t>(value);
  }

  /// One digit 0 or 1: in text bitmaps no space need stand between them.
  std::optional<std::uint32_t> next_bit() {
    skip_spaces();
    if (at_end() || (bytes_[position_] != '0' && bytes_[position_] != '1')) return std::nullopt;
    return bytes_[position_++] - std::uint32_t{'0'};
  }

 private:
  void skip_spaces() {
    for (; !at_end(); ++position_) {
      if (bytes_[position_] == '#') {
        while (!at_end() && bytes_[position_] != '\n' && bytes_[position_] != '\r') ++position_;
      }
      if (!at_end() && !is_space(bytes_[position_])) return;
    }
  }

  Bytes bytes_;
  std::size_t position_ = 2;
};

struct PnmHeader {
  Size size;
  bool is_text = false;
  bool is_bitmap = false;
  std::size_t channels = 1;
  std::uint32_t largest = 1;
  std::size_t pixels_at = 0;
};

Result<PnmHeader> parse(Bytes bytes) {
  const int kind = bytes[1] - '0';
  PnmHeader header;
  header.is_text = kind <= 3;
  header.is_bitmap = kind == 1 || kind == 4;
  header.channels = kind == 3 || kind == 6 ? 3 : 1;

  Numbers numbers(bytes);
  const auto width = numbers.next(std::numeric_limits<int>::max());
  const auto height = numbers.next(std::numeric_limits<int>::max());
  const auto largest =
      header.is_bitmap ? std::optional<std::uint32_t>(1) : numbers.next(kLargestValue);
  // The number before the end may have lost its last digits.
  if (numbers.at_end()) return truncated();
  if (!width || !height || !largest || *width == 0 || *height == 0 || *largest == 0 ||
      !is_space(bytes[numbers.position()])) {
    return decode_error(RejectCode::kCorrupt, "the PNM's header is invalid");
  }
  header.size = {static_cast<int>(*width), static_cast<int>(*height)};
  header.largest = *largest;
  header.pixels_at = numbers.position() + 1;
  return header;
}

// A table spares a division for each value. A bitmap's 1 is black, hence the complement.
std::vector<std::uint8_t> level_table(const PnmHeader& header) {
  std::vector<std::uint8_t> levels(header.largest + 1);
  for (std::uint32_t value = 0; value <= header.largest; ++value) {
    // 255 * value / largest, rounded to nearest, in whole numbers.
    const std::uint32_t level = (value * 510 + header.largest) / (2 * header.largest);
    levels[value] = static_cast<std::uint8_t>(header.is_bitmap ? 255 - level : level);
  }
  return levels;
}

// `next` gives the next value of the file, at most `largest`, or nothing.
template <typename Next>
bool fill(Image& image, const PnmHeader& header, Next next) {
  const std::vector<std::uint8_t> levels = level_table(header);
  for (int y = 0; y < header.size.height; ++y) {
    std::uint8_t* to = image.row(y);
    for (int x = 0; x < header.size.width; ++x, to += kChannels) {
      for (std::size_t c = 0; c < header.channels; ++c) {
        const std::optional<std::uint32_t> value = next(x, y);
        if (!value) return false;
        to[c] = levels[*value];
      }
      // Grey becomes three equal channels: all later stages know RGB only.
      if (header.channels == 1) to[1] = to[2] = to[0];
    }
  }
  return true;
}

Result<Image> read_text(Bytes bytes, const PnmHeader& header) {
  // Each value takes a digit at least: a short file must not allocate a large image.
  const auto values = static_cast<std::uint64_t>(header.size.pixels()) * header.channels;
  if (bytes.size() - header.pixels_at < values) return truncated();
  Image image(header.size);
  Numbers numbers(bytes);
  numbers.skip(header.pixels_at - numbers.position());
  const bool filled = fill(image, header, [&](int, int) {
    return header.is_bitmap ? numbers.next_bit() : numbers.next(header.largest);
  });
  if (filled) return image;
  if (numbers.at_end()) return truncated();
  return decode_error(RejectCode::kCorrupt, "the PNM contains an invalid value");
}

Result<Image> read_binary(Bytes bytes, const PnmHeader& header) {
  const Bytes pixels = bytes.subspan(header.pixels_at);
  const int value_bytes = header.largest > 255 ? 2 : 1;
  const auto width = static_cast<std::uint64_t>(header.size.width);
  // The rows of a bitmap begin at whole bytes.
  const std::uint64_t row = header.is_bitmap
                                ? (width + 7) / 8
                                : width * header.channels * static_cast<unsigned>(value_bytes);
  if (pixels.size() / row < static_cast<std::uint64_t>(header.size.height)) return truncated();
  Image image(header.size);
  std::size_t at = 0;
  const bool filled = fill(image, header, [&](int x, int y) -> std::optional<std::uint32_t> {
    if (header.is_bitmap) {
      const auto column = static_cast<unsigned>(x);
      return pixels[static_cast<std::size_t>(y) * row + column / 8] >> (7U - column % 8U) & 1U;
    }
    const auto value = static_cast<std::uint32_t>(big_endian(pixels, at, value_bytes));
    at += static_cast<std::size_t>(value_bytes);
    if (value > header.largest) return std::nullopt;
    return value;
  });
  if (filled) return image;
  return decode_error(RejectCode::kCorrupt, "the PNM contains a value above its stated maximum");
}

Result<Header> read_header(Bytes bytes) {
  const Result<PnmHeader> header = parse(bytes);
  if (!header) return header.error();
  return Header{header.value().size};
}

Result<Image> read_pixels(Bytes bytes, const Header& /*header*/, const PixelRequest& /*request*/) {
  const Result<PnmHeader> header = parse(bytes);
  if (!header) return header.error();
  return header.value().is_text ? read_text(bytes, header.value())
                                : read_binary(bytes, header.value());
}

}  // namespace

const Codec kPnmCodec = {ImageFormat::kPnm, recognises, read_header, read_pixels};

}  // namespace guidedmixup::image_io

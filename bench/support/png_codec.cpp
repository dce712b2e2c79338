#include "support/png_codec.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <libdeflate.h>
#include <png.h>
#include <spng.h>
#include <zlib.h>

namespace guidedmixup::bench {
namespace {

using Bytes = std::span<const std::uint8_t>;

void check_spng(int code) {
  if (code != 0) throw RunError(std::string("libspng: ") + spng_strerror(code));
}

class SpngCodec : public PngCodec {
 public:
  explicit SpngCodec(bool defaults) : defaults_(defaults) {}

  Bytes encode(ImageView image) override {
    const Context context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
    spng_ihdr ihdr{};
    ihdr.width = static_cast<std::uint32_t>(image.size.width);
    ihdr.height = static_cast<std::uint32_t>(image.size.height);
    ihdr.bit_depth = 8;
    ihdr.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
    spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
    if (!defaults_) {
      spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 1);
      spng_set_option(context.get(), SPNG_IMG_COMPRESSION_STRATEGY, Z_RLE);
      spng_set_option(context.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_SUB);
    }
    check_spng(spng_set_ihdr(context.get(), &ihdr));
    check_spng(spng_encode_image(context.get(), image.pixels, image.bytes(), SPNG_FMT_PNG,
                                 SPNG_ENCODE_FINALIZE));
    std::size_t length = 0;
    int code = 0;
    file_.reset(static_cast<std::uint8_t*>(spng_get_png_buffer(context.get(), &length, &code)));
    check_spng(code);
    return {file_.get(), length};
  }

  void decode(Bytes file, Pixels& pixels) override {
    const Context context(spng_ctx_new(0), &spng_ctx_free);
    check_spng(spng_set_png_buffer(context.get(), file.data(), file.size()));
    spng_ihdr ihdr{};
    check_spng(spng_get_ihdr(context.get(), &ihdr));
    pixels.resize({static_cast<int>(ihdr.width), static_cast<int>(ihdr.height)});
    const std::span<std::uint8_t> to = pixels.span();
    check_spng(spng_decode_image(context.get(), to.data(), to.size(), SPNG_FMT_RGB8, 0));
  }

 private:
  using Context = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;
  bool defaults_;
  std::unique_ptr<std::uint8_t, decltype(&std::free)> file_{nullptr, &std::free};
};

class LibpngCodec : public PngCodec {
 public:
  Bytes encode(ImageView image) override {
    png_structp writer = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, end, nullptr);
    png_infop info = png_create_info_struct(writer);
    file_.clear();
    png_set_write_fn(writer, &file_, append, nullptr);
    png_set_IHDR(writer, info, static_cast<png_uint_32>(image.size.width),
                 static_cast<png_uint_32>(image.size.height), 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(writer, 1);
    png_set_compression_strategy(writer, Z_RLE);
    png_set_filter(writer, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    png_write_info(writer, info);
    for (int y = 0; y < image.size.height; ++y) png_write_row(writer, image.row(y));
    png_write_end(writer, info);
    png_destroy_write_struct(&writer, &info);
    return file_;
  }

  void decode(Bytes file, Pixels& pixels) override {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) give_up(image);
    image.format = PNG_FORMAT_RGB;
    pixels.resize({static_cast<int>(image.width), static_cast<int>(image.height)});
    if (png_image_finish_read(&image, nullptr, pixels.span().data(), 0, nullptr) == 0) {
      give_up(image);
    }
  }

 private:
  [[noreturn]] static void give_up(const png_image& image) {
    throw RunError(std::string("libpng: ") + image.message);
  }

  // Must not return, nor throw through C; a benchmark may simply end.
  [[noreturn]] static void end(png_structp /*writer*/, const char* message) {
    std::fprintf(stderr, "libpng: %s\n", message);
    std::exit(1);
  }

  static void append(png_structp writer, png_bytep bytes, std::size_t count) {
    auto& file = *static_cast<ByteBuffer*>(png_get_io_ptr(writer));
    file.insert(file.end(), bytes, bytes + count);
  }

  ByteBuffer file_;
};

constexpr std::size_t kFrame = 12;  // of a chunk: length, type, checksum
constexpr std::size_t kHeader = 8 + kFrame + 13;

void put_u32(std::uint8_t* to, std::size_t value) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

std::uint32_t get_u32(const std::uint8_t* from) {
  return std::uint32_t{from[0]} << 24U | std::uint32_t{from[1]} << 16U |
         std::uint32_t{from[2]} << 8U | from[3];
}

// Length, type and checksum around the data, which are there already. Returns the chunk's end.
std::uint8_t* close_chunk(std::uint8_t* chunk, const char* type, std::size_t length) {
  put_u32(chunk, length);
  std::memcpy(chunk + 4, type, 4);
  put_u32(chunk + 8 + length, libdeflate_crc32(0, chunk + 4, length + 4));
  return chunk + kFrame + length;
}

// One row of PNG's filters 0 to 4: each byte was written as the difference to a guess from the
// pixel to the left, the pixel above, or both.
void unfilter(int filter, const std::uint8_t* from, const std::uint8_t* above, std::uint8_t* row,
              std::size_t length) {
  const auto guess = [&](std::size_t i) -> int {
    const int a = i < kChannels ? 0 : row[i - kChannels];
    const int b = above[i];
    if (filter == 1) return a;
    if (filter == 3) return (a + b) / 2;
    const int c = i < kChannels ? 0 : above[i - kChannels];
    const int to_a = std::abs(b - c);
    const int to_b = std::abs(a - c);
    const int to_c = std::abs(a + b - 2 * c);
    if (to_a <= to_b && to_a <= to_c) return a;
    return to_b <= to_c ? b : c;
  };
  if (filter == 0) {
    std::memcpy(row, from, length);
  } else if (filter == 2) {
    for (std::size_t i = 0; i < length; ++i) row[i] = static_cast<std::uint8_t>(from[i] + above[i]);
  } else {
    for (std::size_t i = 0; i < length; ++i) row[i] = static_cast<std::uint8_t>(from[i] + guess(i));
  }
}

class DeflateCodec : public PngCodec {
 public:
  Bytes encode(ImageView image) override {
    const std::size_t row = image.row_bytes();
    filtered_.resize((row + 1) * static_cast<std::size_t>(image.size.height));
    std::uint8_t* to = filtered_.data();
    for (int y = 0; y < image.size.height; ++y, to += row) {
      const std::uint8_t* from = image.row(y);
      *to++ = 1;
      for (std::size_t i = 0; i < kChannels; ++i) to[i] = from[i];
      for (std::size_t i = kChannels; i < row; ++i) {
        to[i] = static_cast<std::uint8_t>(from[i] - from[i - kChannels]);
      }
    }
    const std::size_t bound = libdeflate_zlib_compress_bound(nullptr, filtered_.size());
    if (file_.size() < kHeader + bound + 2 * kFrame) file_.resize(kHeader + bound + 2 * kFrame);
    std::memcpy(file_.data(), "\x89PNG\r\n\x1A\n", 8);
    std::uint8_t* chunk = file_.data() + 8;
    put_u32(chunk + 8, static_cast<std::size_t>(image.size.width));
    put_u32(chunk + 12, static_cast<std::size_t>(image.size.height));
    std::memcpy(chunk + 16, "\x08\x02\0\0\0", 5);  // 8 bits, RGB, the only methods, not interlaced
    chunk = close_chunk(chunk, "IHDR", 13);
    const std::size_t length = libdeflate_zlib_compress(compressor_.get(), filtered_.data(),
                                                        filtered_.size(), chunk + 8, bound);
    chunk = close_chunk(chunk, "IDAT", length);
    chunk = close_chunk(chunk, "IEND", 0);
    return {file_.data(), chunk};
  }

  // What is not 8-bit RGB goes to libspng.
  void decode(Bytes file, Pixels& pixels) override {
    const bool has_header = file.size() >= kHeader;
    if (!has_header || std::memcmp(file.data() + 24, "\x08\x02\0\0\0", 5) != 0) {
      return others_.decode(file, pixels);
    }
    pixels.resize({static_cast<int>(get_u32(&file[16])), static_cast<int>(get_u32(&file[20]))});
    const std::size_t row = pixels.view().row_bytes();
    filtered_.resize((row + 1) * static_cast<std::size_t>(pixels.view().size.height));
    const Bytes data = compressed(file);
    if (libdeflate_zlib_decompress(decompressor_.get(), data.data(), data.size(), filtered_.data(),
                                   filtered_.size(), nullptr) != LIBDEFLATE_SUCCESS) {
      throw RunError("libdeflate: damaged data");
    }
    black_.resize(row);
    const std::uint8_t* above = black_.data();
    for (int y = 0; y < pixels.view().size.height; ++y) {
      const std::uint8_t* from = filtered_.data() + static_cast<std::size_t>(y) * (row + 1);
      unfilter(*from, from + 1, above, pixels.row(y), row);
      above = pixels.row(y);
    }
  }

 private:
  // The data of all IDAT chunks: in the file itself when there is only one.
  Bytes compressed(Bytes file) {
    Bytes data;
    for (Bytes rest = file.subspan(8); rest.size() >= kFrame;) {
      const std::size_t length = get_u32(rest.data());
      if (rest.size() - kFrame < length) break;
      if (libdeflate_crc32(0, &rest[4], length + 4) != get_u32(&rest[8 + length])) break;
      if (std::memcmp(&rest[4], "IEND", 4) == 0) return data;
      if (std::memcmp(&rest[4], "IDAT", 4) == 0) {
        if (!data.empty()) {
          if (data.data() != joined_.data()) joined_.assign(data.begin(), data.end());
          joined_.insert(joined_.end(), &rest[8], &rest[8] + length);
        }
        data = data.empty() ? rest.subspan(8, length) : Bytes(joined_);
      }
      rest = rest.subspan(kFrame + length);
    }
    throw RunError("a damaged PNG");
  }

  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor_{
      libdeflate_alloc_compressor(1), &libdeflate_free_compressor};
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> decompressor_{
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor};
  ByteBuffer filtered_;
  ByteBuffer file_;
  ByteBuffer joined_;
  ByteBuffer black_;
  SpngCodec others_{false};
};

}  // namespace

std::unique_ptr<PngCodec> make_png_codec(std::string_view name) {
  if (name == "spng") return std::make_unique<SpngCodec>(false);
  if (name == "spng-defaults") return std::make_unique<SpngCodec>(true);
  if (name == "libpng") return std::make_unique<LibpngCodec>();
  if (name == "libdeflate") return std::make_unique<DeflateCodec>();
  throw UsageError("no PNG codec \"" + std::string(name) +
                   "\": spng, spng-defaults, libpng or libdeflate");
}

}  // namespace guidedmixup::bench

#include "tiff_pixels.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <tiffio.h>

namespace guidedmixup::image_io {
namespace {

// A file in memory, as libtiff's callbacks see it.
struct Memory {
  Bytes bytes;
  std::uint64_t position = 0;
};

Memory& memory_of(thandle_t handle) { return *static_cast<Memory*>(handle); }

tmsize_t read_memory(thandle_t handle, void* to, tmsize_t count) {
  Memory& memory = memory_of(handle);
  const std::uint64_t size = memory.bytes.size();
  // A damaged directory may have sent libtiff to a place behind the end: there is nothing to read.
  if (count < 0 || memory.position >= size) return 0;
  const std::uint64_t given = std::min(static_cast<std::uint64_t>(count), size - memory.position);
  std::memcpy(to, memory.bytes.data() + memory.position, given);
  memory.position += given;
  return static_cast<tmsize_t>(given);
}

tmsize_t refuse_to_write(thandle_t /*handle*/, void* /*from*/, tmsize_t /*count*/) { return -1; }

toff_t seek_memory(thandle_t handle, toff_t offset, int origin) {
  Memory& memory = memory_of(handle);
  // Backward steps arrive as large unsigned numbers: the sum wraps round to the right place.
  if (origin == SEEK_CUR) offset += memory.position;
  if (origin == SEEK_END) offset += memory.bytes.size();
  memory.position = offset;
  return offset;
}

int close_memory(thandle_t /*handle*/) { return 0; }

toff_t size_of_memory(thandle_t handle) { return memory_of(handle).bytes.size(); }

// Reading from the mapping spares a copy; without one, some releases of libtiff refuse plain tiles
// whose length is no multiple of 1024.
int map_memory(thandle_t handle, void** start, toff_t* size) {
  const Bytes bytes = memory_of(handle).bytes;
  *start = const_cast<std::uint8_t*>(bytes.data());
  *size = bytes.size();
  return 1;
}

void unmap_nothing(thandle_t /*handle*/, void* /*start*/, toff_t /*size*/) {}

// What libtiff says while it works on one file.
struct Words {
  std::string first_error;
  std::string first_damage;
  int warnings = 0;
  int damage = 0;
  bool reads_pixels = false;
};

std::string formatted(const char* format, va_list arguments) {
  // Messages of libtiff are one line; what is longer is cut.
  std::array<char, 256> buffer{};
  std::vsnprintf(buffer.data(), buffer.size(), format, arguments);
  return buffer.data();
}

// The first error names the cause; what follows is its consequence.
int keep_first_error(TIFF* /*tiff*/, void* words, const char* /*module*/, const char* format,
                     va_list arguments) {
  auto& text = static_cast<Words*>(words)->first_error;
  if (text.empty()) text = formatted(format, arguments);
  return 1;
}

// What a decoder warns of while it unpacks pixels is damage that it went on past, but for these.
bool is_harmless(const std::string& text) {
  constexpr std::array kHarmless = {"ld-style LZW", "extraneous bytes before marker",
                                    "Unknown Adobe", "unknown JFIF", "Invalid SOS parameters"};
  return std::any_of(kHarmless.begin(), kHarmless.end(),
                     [&](const char* part) { return text.find(part) != std::string::npos; });
}

// Warnings about tags that are met while a file is opened say nothing about its pixels.
int sort_warning(TIFF* /*tiff*/, void* user, const char* /*module*/, const char* format,
                 va_list arguments) {
  auto& words = *static_cast<Words*>(user);
  const std::string text = formatted(format, arguments);
  if (!words.reads_pixels || is_harmless(text)) {
    ++words.warnings;
    return 1;
  }
  if (words.damage++ == 0) words.first_damage = text;
  return 1;
}

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

std::unique_ptr<TIFF, Closer> open_memory(Memory& memory, Words& words) {
  const std::unique_ptr<TIFFOpenOptions, Closer> options(TIFFOpenOptionsAlloc());
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_first_error, &words);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), sort_warning, &words);
  return std::unique_ptr<TIFF, Closer>(
      TIFFClientOpenExt("TIFF", "r", &memory, read_memory, refuse_to_write, seek_memory,
                        close_memory, size_of_memory, map_memory, unmap_nothing, options.get()));
}

// What alpha does to the colours as they are stored. Libtiff multiplies those that are not
// multiplied yet; here alpha is to be dropped, so it is told that they are.
enum class Alpha { kNone, kApart, kMultiplied };

Alpha declare_alpha_multiplied(TIFF* tiff) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) == 0 || count == 0) {
    return Alpha::kNone;
  }
  std::vector<std::uint16_t> changed(kinds, kinds + count);
  if (changed[0] == EXTRASAMPLE_ASSOCALPHA) return Alpha::kMultiplied;
  if (changed[0] != EXTRASAMPLE_UNASSALPHA) return Alpha::kNone;
  changed[0] = EXTRASAMPLE_ASSOCALPHA;
  TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, count, changed.data());
  return Alpha::kApart;
}

// Libtiff's own colours of CIELab are those of a monitor of its own.
void declare_lab_rgb(TIFF* tiff) {
  std::uint16_t photometric = 0;
  if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric) != 0 &&
      photometric == PHOTOMETRIC_CIELAB) {
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  }
}

// Names of what a build of libtiff may lack. Its own message has only the number.
std::string compression_name(std::uint16_t compression) {
  switch (compression) {
    case 33003:
    case 33004:
    case 33005:
    case 34712:
      return "JPEG 2000";
    case COMPRESSION_LERC:
      return "LERC";
    case COMPRESSION_LZMA:
      return "LZMA";
    case COMPRESSION_ZSTD:
      return "Zstandard";
    case COMPRESSION_WEBP:
      return "WebP";
    case 50002:
      return "JPEG XL";
    default:
      return "an unknown method";
  }
}

// Nothing when libtiff can unpack the file.
std::string missing_codec(TIFF* tiff) {
  std::uint16_t compression = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  if (TIFFIsCODECConfigured(compression) != 0) return "";
  return "a TIFF compressed with " + compression_name(compression) + " (" +
         std::to_string(compression) + ")";
}

class RgbaReader {
 public:
  explicit RgbaReader(TIFF* tiff) {
    std::array<char, 1024> text{};
    open_ = TIFFRGBAImageBegin(&reader_, tiff, 1, text.data()) != 0;
    if (!open_) {
      message_ = text.data();
      return;
    }
    // Turning is not the decoder's business here, and of 16 bits the upper 8 count, as in Pillow.
    reader_.orientation = ORIENTATION_TOPLEFT;
    reader_.req_orientation = ORIENTATION_TOPLEFT;
    if (reader_.Bitdepth16To8 != nullptr) {
      for (unsigned value = 0; value <= 0xFFFF; ++value) {
        reader_.Bitdepth16To8[value] = static_cast<std::uint8_t>(value >> 8U);
      }
    }
  }
  ~RgbaReader() {
    if (open_) TIFFRGBAImageEnd(&reader_);
  }
  RgbaReader(const RgbaReader&) = delete;
  RgbaReader& operator=(const RgbaReader&) = delete;

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] Size size() const {
    return {static_cast<int>(reader_.width), static_cast<int>(reader_.height)};
  }

  bool read_rows(int first, int count, std::vector<std::uint32_t>& rows) {
    reader_.row_offset = first;
    reader_.col_offset = 0;
    return TIFFRGBAImageGet(&reader_, rows.data(), reader_.width,
                            static_cast<std::uint32_t>(count)) != 0;
  }

 private:
  TIFFRGBAImage reader_{};
  bool open_ = false;
  std::string message_;
};

// Rows that are stored together: a strip, or a row of tiles.
// Read block by block, so that RGBA of the whole image is never in memory, and no block is unpacked
// twice.
int rows_of_block(TIFF* tiff, int height) {
  std::uint32_t rows = 0;
  TIFFGetFieldDefaulted(tiff, TIFFIsTiled(tiff) != 0 ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP,
                        &rows);
  return rows == 0 ? height : static_cast<int>(std::min(rows, static_cast<std::uint32_t>(height)));
}

// Where alpha is 0 the colour is lost, and black is as good as any.
std::uint8_t unmultiplied(std::uint32_t colour, std::uint32_t alpha) {
  if (alpha == 0) return 0;
  return static_cast<std::uint8_t>(std::min<std::uint32_t>(255, colour * 255 / alpha));
}

bool read_image(TIFF* tiff, RgbaReader& reader, Alpha alpha, Image& image) {
  const Size size = reader.size();
  const int block = rows_of_block(tiff, size.height);
  image = Image(size);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(Size{size.width, block}.pixels()));
  for (int y = 0; y < size.height; y += block) {
    const int count = std::min(block, size.height - y);
    if (!reader.read_rows(y, count, rows)) return false;
    std::uint8_t* to = image.row(y);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) * size.width; ++i) {
      const std::uint32_t a = alpha == Alpha::kMultiplied ? TIFFGetA(rows[i]) : 255;
      *to++ = unmultiplied(TIFFGetR(rows[i]), a);
      *to++ = unmultiplied(TIFFGetG(rows[i]), a);
      *to++ = unmultiplied(TIFFGetB(rows[i]), a);
    }
  }
  return true;
}

// Says of alpha and CIELab first: they change how libtiff turns samples into RGBA.
void read_opened(TIFF* tiff, Words& words, OpenCvOutcome& outcome) {
  const Alpha alpha = declare_alpha_multiplied(tiff);
  declare_lab_rgb(tiff);
  RgbaReader reader(tiff);
  if (!reader.is_open()) {
    outcome.code = RejectCode::kUnsupported;
    outcome.message = "an unsupported kind of TIFF: " + reader.message();
    return;
  }
  words.reads_pixels = true;
  words.first_error.clear();  // one that was met and passed while the tags were read
  if (!read_image(tiff, reader, alpha, outcome.image)) return;
  outcome.status = OpenCvOutcome::Status::kDone;
  if (!words.first_error.empty() && words.damage++ == 0) words.first_damage = words.first_error;
}

}  // namespace

void read_tiff_pixels(Bytes bytes, OpenCvOutcome& outcome) {
  Memory memory{bytes};
  Words words;
  if (const auto tiff = open_memory(memory, words)) {
    outcome.message = missing_codec(tiff.get());
    if (outcome.message.empty()) {
      read_opened(tiff.get(), words, outcome);
    } else {
      outcome.code = RejectCode::kUnsupported;
    }
  }
  outcome.notes = {words.warnings, words.damage, 0};
  if (outcome.status == OpenCvOutcome::Status::kDone) outcome.message = words.first_damage;
  if (outcome.message.empty()) outcome.message = words.first_error;
  if (outcome.message.empty()) outcome.message = "libtiff cannot decode it";
}

}  // namespace guidedmixup::image_io

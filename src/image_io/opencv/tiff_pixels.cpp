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

// The first error names the cause; what follows is its consequence.
int keep_first_error(TIFF* /*tiff*/, void* message, const char* /*module*/, const char* format,
                     va_list arguments) {
  auto& text = *static_cast<std::string*>(message);
  if (text.empty()) {
    std::array<char, 256> buffer{};
    std::vsnprintf(buffer.data(), buffer.size(), format, arguments);
    text = buffer.data();
  }
  return 1;
}

int drop_warning(TIFF* /*tiff*/, void* /*message*/, const char* /*module*/, const char* /*format*/,
                 va_list /*arguments*/) {
  return 1;
}

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

std::unique_ptr<TIFF, Closer> open_memory(Memory& memory, std::string& message) {
  const std::unique_ptr<TIFFOpenOptions, Closer> options(TIFFOpenOptionsAlloc());
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_first_error, &message);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), drop_warning, nullptr);
  return std::unique_ptr<TIFF, Closer>(
      TIFFClientOpenExt("TIFF", "r", &memory, read_memory, refuse_to_write, seek_memory,
                        close_memory, size_of_memory, map_memory, unmap_nothing, options.get()));
}

// libtiff multiplies colours by an alpha that is not multiplied yet; here alpha is to be dropped.
void declare_alpha_multiplied(TIFF* tiff) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) == 0 || count == 0) return;
  std::vector<std::uint16_t> changed(kinds, kinds + count);
  if (changed[0] != EXTRASAMPLE_UNASSALPHA) return;
  changed[0] = EXTRASAMPLE_ASSOCALPHA;
  TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, count, changed.data());
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
int rows_of_block(TIFF* tiff, int height) {
  std::uint32_t rows = 0;
  TIFFGetFieldDefaulted(tiff, TIFFIsTiled(tiff) != 0 ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP,
                        &rows);
  return rows == 0 ? height : static_cast<int>(std::min(rows, static_cast<std::uint32_t>(height)));
}

bool read_image(TIFF* tiff, RgbaReader& reader, Image& image) {
  const Size size = reader.size();
  const int block = rows_of_block(tiff, size.height);
  image = Image(size);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(Size{size.width, block}.pixels()));
  for (int y = 0; y < size.height; y += block) {
    const int count = std::min(block, size.height - y);
    if (!reader.read_rows(y, count, rows)) return false;
    std::uint8_t* to = image.row(y);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) * size.width; ++i) {
      *to++ = static_cast<std::uint8_t>(TIFFGetR(rows[i]));
      *to++ = static_cast<std::uint8_t>(TIFFGetG(rows[i]));
      *to++ = static_cast<std::uint8_t>(TIFFGetB(rows[i]));
    }
  }
  return true;
}

}  // namespace

void read_tiff_pixels(Bytes bytes, OpenCvOutcome& outcome) {
  Memory memory{bytes};
  outcome.status = OpenCvOutcome::Status::kRejected;
  const auto tiff = open_memory(memory, outcome.message);
  if (!tiff) return;
  declare_alpha_multiplied(tiff.get());
  RgbaReader reader(tiff.get());
  if (!reader.is_open()) {
    outcome.message = reader.message();
  } else if (read_image(tiff.get(), reader, outcome.image)) {
    outcome.status = OpenCvOutcome::Status::kDone;
  }
  if (outcome.message.empty()) outcome.message = "libtiff cannot decode it";
}

}  // namespace guidedmixup::image_io

// JPEG through the libjpeg API of libjpeg-turbo. The library reports errors by a function that must
// not return, so each group of its calls runs under setjmp, in a function without C++ objects.
#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <jerror.h>
#include <jpeglib.h>

#include "codec.hpp"
#include "encoders.hpp"
#include "jpeg_markers.hpp"
#include "orientation.hpp"

namespace guidedmixup::image_io {
namespace {

// Receives what libjpeg reports. The first member must be the library's own part.
struct JpegReport {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  int warnings;
  int damage;
  bool use_damaged;
  bool too_many_scans;
  const JOCTET* first_byte;  // of the file that is decoded
  char message[JMSG_LENGTH_MAX];
};

JpegReport& report_of(j_common_ptr info) { return *reinterpret_cast<JpegReport*>(info->err); }

[[noreturn]] void give_up(j_common_ptr info) {
  JpegReport& report = report_of(info);
  (*info->err->format_message)(info, report.message);
  std::longjmp(report.jump, 1);
}

// Of a libjpeg that has just skipped `count` bytes to get to `marker`. In the header these are
// nobody's. Behind the data of a scan they may be data that was left over because an error made the
// codes before it shorter; but some cameras pad there, or leave a few bytes.
bool stray_bytes_are_harmless(const jpeg_decompress_struct& reader, const JOCTET* file, int count,
                              int marker) {
  constexpr int kFew = 4;
  if (reader.input_scan_number == 0) return true;
  const bool inside_scan = marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7;
  if (count <= kFew && !inside_scan) return true;
  const JOCTET* const end = reader.src->next_input_byte;
  // It also counts zeros that it made up where data ran out, and so more than there are.
  if (count > end - file) return false;
  const JOCTET padding = end[-1];
  return (padding == 0x00 || padding == 0xFF) &&
         std::all_of(end - count, end, [&](JOCTET byte) { return byte == padding; });
}

// Warnings that say nothing about the pixels. All others, later releases' too, mean that data was
// wrong and libjpeg went on with whatever came out of it.
bool is_harmless(j_common_ptr info) {
  const jpeg_error_mgr& error = *info->err;
  switch (error.msg_code) {
    case JWRN_EXTRANEOUS_DATA:
      return stray_bytes_are_harmless(*reinterpret_cast<j_decompress_ptr>(info),
                                      report_of(info).first_byte, error.msg_parm.i[0],
                                      error.msg_parm.i[1]);
    case JWRN_ADOBE_XFORM:     // an unknown colour transform is taken for YCbCr, or YCCK
    case JWRN_BOGUS_ICC:       // no colour profile is used here
    case JWRN_JFIF_MAJOR:      // a version of JFIF that does not exist
    case JWRN_NOT_SEQUENTIAL:  // parameters that a baseline scan does not use
      return true;
    default:
      return false;
  }
}

void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  JpegReport& report = report_of(info);
  if (is_harmless(info)) {
    ++report.warnings;
    return;
  }
  ++report.damage;
  // Nothing comes after an early end, which is refused in any case.
  if (!report.use_damaged || report.manager.msg_code == JWRN_JPEG_EOF) give_up(info);
}

// The library's own function writes to standard error.
void print_nothing(j_common_ptr /*info*/) {}

jpeg_error_mgr* install(JpegReport& report) {
  jpeg_error_mgr* manager = jpeg_std_error(&report.manager);
  manager->error_exit = give_up;
  manager->emit_message = on_message;
  manager->output_message = print_nothing;
  return manager;
}

// A small progressive file can ask for thousands of passes over a large image.
struct ScanLimit {
  jpeg_progress_mgr manager;
  int max_scans;
};

void check_scans(j_common_ptr info) {
  const auto* reader = reinterpret_cast<j_decompress_ptr>(info);
  const auto* limit = reinterpret_cast<ScanLimit*>(info->progress);
  if (reader->input_scan_number <= limit->max_scans) return;
  report_of(info).too_many_scans = true;
  std::longjmp(report_of(info).jump, 1);
}

bool is_unsupported(int code) {
  switch (code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
      return true;
    default:
      return false;
  }
}

// One JPEG being decoded. The functions that return bool are false when libjpeg gave up; `error`
// then tells why.
class JpegReader {
 public:
  JpegReader() { info_.err = install(report_); }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // Each function that calls libjpeg sets its own target for longjmp: the target of a function that
  // has returned is invalid.
  bool open(Bytes bytes) {
    bytes_ = bytes;
    report_.first_byte = bytes.data();
    watch_allocations();
    if (setjmp(report_.jump) != 0) return false;
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, bytes.data(), bytes.size());
    jpeg_read_header(&info_, TRUE);
    return true;
  }

  bool start(int denominator, const DecodeLimits& limits) {
    if (setjmp(report_.jump) != 0) return false;
    report_.use_damaged = limits.use_damaged;
    scan_limit_.manager.progress_monitor = check_scans;
    scan_limit_.max_scans = limits.max_progressive_scans;
    // Here, because libjpeg would first decode as many scans as are allowed.
    report_.too_many_scans = jpeg_has_multiple_scans(&info_) != 0 &&
                             jpeg_outline(bytes_).scans > limits.max_progressive_scans;
    if (report_.too_many_scans) return false;
    info_.progress = &scan_limit_.manager;
    info_.scale_num = 1;
    info_.scale_denom = static_cast<unsigned int>(denominator);
    // The exact integer transform: its vector code gives the same bytes as its plain code.
    info_.dct_method = JDCT_ISLOW;
    info_.do_fancy_upsampling = TRUE;
    // Libjpeg does not turn CMYK into RGB.
    info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info_);
    return true;
  }

  // `first` is the image's first row; `cmyk_row` has room for one row of four channels.
  bool read_rows(JSAMPLE* first, std::size_t row_bytes, JSAMPLE* cmyk_row) {
    if (setjmp(report_.jump) != 0) return false;
    while (info_.output_scanline < info_.output_height) {
      JSAMPLE* const row = first + info_.output_scanline * row_bytes;
      JSAMPROW target = is_cmyk() ? cmyk_row : row;
      jpeg_read_scanlines(&info_, &target, 1);
      if (is_cmyk()) convert_cmyk(cmyk_row, row, info_.output_width);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  [[nodiscard]] bool is_cmyk() const { return info_.out_color_space == JCS_CMYK; }
  [[nodiscard]] Size stored() const { return size_of(info_.image_width, info_.image_height); }
  [[nodiscard]] Size output() const { return size_of(info_.output_width, info_.output_height); }
  [[nodiscard]] bool is_arithmetic() const { return info_.arith_code != 0; }
  void add_to(DecodeNotes& notes) const {
    notes.warnings += report_.warnings;
    notes.damage += report_.damage;
  }

  // Beside a few rows, the coefficients of the whole image unless one scan holds all of it.
  [[nodiscard]] std::uint64_t work_bytes() {
    std::uint64_t blocks = 0;
    for (int c = 0; c < info_.num_components; ++c) {
      const jpeg_component_info& part = info_.comp_info[c];
      const auto whole = [](JDIMENSION count, int factor) {
        const auto step = static_cast<std::uint64_t>(factor);
        return (count + step - 1) / step * step;
      };
      blocks += whole(part.width_in_blocks, part.h_samp_factor) *
                whole(part.height_in_blocks, part.v_samp_factor);
    }
    const auto rows =
        std::uint64_t{48} * info_.image_width * static_cast<unsigned>(info_.num_components);
    return rows + (jpeg_has_multiple_scans(&info_) != FALSE ? blocks * sizeof(JBLOCK) : 0);
  }

  [[nodiscard]] SampleError error() const {
    if (report_.too_many_scans) {
      return decode_error(
          RejectCode::kTooLarge,
          "a progressive JPEG with more than " + std::to_string(scan_limit_.max_scans) + " scans");
    }
    // A file that lacks its end is truncated, whatever the library said of it; one that has it was
    // damaged in the middle.
    const int code = report_.manager.msg_code;
    if (code == JERR_OUT_OF_MEMORY && allocation_failed()) throw std::bad_alloc();
    const bool ended = code == JWRN_JPEG_EOF || code == JERR_INPUT_EOF;
    if (ended && !jpeg_outline(bytes_).has_end) {
      return decode_error(RejectCode::kTruncated,
                          std::string("the JPEG is truncated: ") + report_.message);
    }
    if (report_.damage > 0 && !report_.use_damaged) {
      return decode_error(RejectCode::kDamaged, report_.message);
    }
    return decode_error(is_unsupported(code) ? RejectCode::kUnsupported : RejectCode::kCorrupt,
                        report_.message);
  }

 private:
  static Size size_of(JDIMENSION width, JDIMENSION height) {
    return {static_cast<int>(width), static_cast<int>(height)};
  }

  // Adobe's convention, which every CMYK JPEG follows: 255 is no ink.
  static void convert_cmyk(const JSAMPLE* from, JSAMPLE* to, JDIMENSION width) {
    for (JDIMENSION x = 0; x < width; ++x, from += 4, to += kChannels) {
      const unsigned int key = from[3];
      for (int c = 0; c < kChannels; ++c) {
        // key * from[c] / 255, rounded as Pillow does: the ink's share is rounded, not the rest.
        const unsigned int ink = (255U - from[c]) * key + 128U;
        to[c] = static_cast<JSAMPLE>(key - (((ink >> 8U) + ink) >> 8U));
      }
    }
  }

  Bytes bytes_;
  jpeg_decompress_struct info_{};
  JpegReport report_{};
  ScanLimit scan_limit_{};
};

bool recognises(Bytes bytes) { return starts_with(bytes, "\xFF\xD8\xFF"); }

// Of the segments before the first scan. Libjpeg would keep them in a list whose end it looks for
// each time: a small file of many segments took minutes.
int orientation(Bytes bytes) {
  constexpr std::string_view kXmpMark("http://ns.adobe.com/xap/1.0/\0", 29);
  Bytes exif;
  Bytes xmp;
  for_each_jpeg_segment(bytes, [&](std::uint8_t code, Bytes data) {
    if (code == jpeg_marker::kApp1) {
      if (exif.empty() && starts_with(data, std::string_view("Exif\0\0", 6))) exif = data;
      if (starts_with(data, kXmpMark)) xmp = data.subspan(kXmpMark.size());
    }
    return code != jpeg_marker::kStartOfScan && code != jpeg_marker::kEndOfImage;
  });
  return stored_orientation(exif, xmp);
}

Result<Header> read_header(Bytes bytes) {
  JpegReader reader;
  if (!reader.open(bytes)) return reader.error();
  return Header{reader.stored(), orientation(bytes), true, reader.work_bytes()};
}

// The largest of 1, 2, 4, 8 by which the image can be divided and still be large enough.
// Libjpeg shrinks by leaving out the upper frequencies of each block, which costs less than
// decoding them; it rounds sides up.
int scale_denominator(Size stored, std::optional<Size> at_least) {
  if (!at_least) return 1;
  for (const int denominator : {8, 4, 2}) {
    const auto divided = [&](int side) { return (side + denominator - 1) / denominator; };
    if (divided(stored.width) >= at_least->width && divided(stored.height) >= at_least->height) {
      return denominator;
    }
  }
  return 1;
}

Size delivered_size(const Header& header, std::optional<Size> at_least) {
  const int denominator = scale_denominator(header.stored, at_least);
  return {(header.stored.width + denominator - 1) / denominator,
          (header.stored.height + denominator - 1) / denominator};
}

// A block takes one bit at least. It covers 64 pixels; in each of two components that are stored at
// a quarter of the resolution, one along each axis, 256: then 8 bits cover 1024.
constexpr std::uint64_t kMostPixelsPerByte = 1024;

Result<Image> read_pixels(Bytes bytes, const Header& header, const PixelRequest& request) {
  JpegReader reader;
  const int denominator = scale_denominator(header.stored, request.at_least);
  if (!reader.open(bytes)) return reader.error();
  // An arithmetic code may take less than a bit for a block.
  if (!reader.is_arithmetic() && too_few_bytes(bytes, header.stored, kMostPixelsPerByte)) {
    return decode_error(RejectCode::kTruncated, "the JPEG is too short for its image");
  }
  if (!reader.start(denominator, request.limits)) return reader.error();
  Image image = Image::uninitialized(reader.output());
  std::vector<JSAMPLE> cmyk_row(reader.is_cmyk() ? static_cast<std::size_t>(image.size().width) * 4
                                                 : 0);
  if (!reader.read_rows(image.span().data(), image.view().row_bytes(), cmyk_row.data())) {
    return reader.error();
  }
  reader.add_to(*request.notes);
  return image;
}

// One JPEG being encoded.
class JpegWriter {
 public:
  JpegWriter() { info_.err = install(report_); }
  ~JpegWriter() {
    jpeg_destroy_compress(&info_);
    if (buffer_ != given_) std::free(buffer_);  // libjpeg outgrew the given buffer
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  bool write(ImageView image, int quality, ByteBuffer& buffer) {
    given_ = buffer.data();
    buffer_ = given_;
    length_ = static_cast<unsigned long>(buffer.size());
    if (setjmp(report_.jump) != 0) return false;
    jpeg_create_compress(&info_);
    jpeg_mem_dest(&info_, &buffer_, &length_);
    info_.image_width = static_cast<JDIMENSION>(image.size.width);
    info_.image_height = static_cast<JDIMENSION>(image.size.height);
    info_.input_components = kChannels;
    info_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info_);
    jpeg_set_quality(&info_, quality, TRUE);
    info_.dct_method = JDCT_ISLOW;
    // At 32 x 32 halved chroma would leave 16 x 16 of it.
    const int luma_factor = std::max(image.size.width, image.size.height) <= 64 ? 1 : 2;
    info_.comp_info[0].h_samp_factor = luma_factor;
    info_.comp_info[0].v_samp_factor = luma_factor;
    jpeg_start_compress(&info_, TRUE);
    while (info_.next_scanline < info_.image_height) {
      auto* row = const_cast<JSAMPLE*>(image.row(static_cast<int>(info_.next_scanline)));
      jpeg_write_scanlines(&info_, &row, 1);
    }
    jpeg_finish_compress(&info_);
    return true;
  }

  // Leaves exactly the file in `buffer`, the same that was given to `write`.
  void finish(ByteBuffer& buffer) {
    if (buffer_ == given_) {
      buffer.resize(length_);
    } else {
      buffer.assign(buffer_, buffer_ + length_);
    }
  }

  [[nodiscard]] const JpegReport& report() const { return report_; }

 private:
  jpeg_compress_struct info_{};
  JpegReport report_{};
  unsigned char* given_ = nullptr;
  unsigned char* buffer_ = nullptr;
  unsigned long length_ = 0;
};

}  // namespace

const Codec kJpegCodec = {ImageFormat::kJpeg, recognises, read_header, read_pixels, delivered_size};

void encode_jpeg(ImageView image, int quality, ByteBuffer& bytes) {
  // Holds all but noise at the highest qualities, for which libjpeg takes a buffer of its own.
  bytes.resize(image.bytes() + 1024);
  JpegWriter writer;
  if (!writer.write(image, quality, bytes)) {
    if (writer.report().manager.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    throw RunError(std::string("cannot encode a JPEG: ") + writer.report().message);
  }
  writer.finish(bytes);
}

}  // namespace guidedmixup::image_io

// The floor that no augmenter can go below: read, decode, resize, encode, write, in a plain loop,
// with the libraries and the quality of the project. No mixing, manifest, hash or sync; and no
// OpenCV, whose loading alone would take longer than hundreds of images.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spng.h>
#include <sys/stat.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <zlib.h>

#include <guidedmixup/image_io/resize.hpp>

#include "support/arguments.hpp"

namespace guidedmixup::bench {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Task {
  std::vector<std::string> paths;
  std::string output;
  int size;  // 0: each image keeps its own
  int quality;
  bool to_png;
};

// 8-bit RGB whose memory serves the next image again.
class Pixels {
 public:
  void resize(Size size) {
    size_ = size;
    bytes_.resize(static_cast<std::size_t>(size.pixels()) * kChannels);
  }
  [[nodiscard]] std::span<std::uint8_t> span() { return bytes_; }
  [[nodiscard]] ImageView view() const { return {bytes_.data(), size_}; }

 private:
  Size size_;
  ByteBuffer bytes_;
};

class JpegCodec {
 public:
  JpegCodec() = default;
  JpegCodec(const JpegCodec&) = delete;
  JpegCodec& operator=(const JpegCodec&) = delete;
  ~JpegCodec() {
    tjDestroy(decoder_);
    tjDestroy(encoder_);
    tjFree(file_);
  }

  // At a half, a quarter or an eighth where that is still twice the size that is wanted.
  void decode(Bytes file, int size, Pixels& pixels) {
    Size stored;
    int subsampling = 0;
    int colors = 0;
    check(decoder_, tjDecompressHeader3(decoder_, file.data(), file.size(), &stored.width,
                                        &stored.height, &subsampling, &colors));
    const Size reduced = size == 0 ? stored : reduced_size(stored, {size, size});
    pixels.resize(reduced);
    check(decoder_, tjDecompress2(decoder_, file.data(), file.size(), pixels.span().data(),
                                  reduced.width, 0, reduced.height, TJPF_RGB, TJFLAG_ACCURATEDCT));
  }

  Bytes encode(ImageView image, int quality) {
    const bool small = std::max(image.size.width, image.size.height) <= 64;
    const int subsampling = small ? TJSAMP_444 : TJSAMP_420;
    const unsigned long bound = tjBufSize(image.size.width, image.size.height, subsampling);
    if (bound > capacity_) {
      tjFree(file_);
      file_ = tjAlloc(static_cast<int>(bound));
      capacity_ = bound;
    }
    unsigned long length = capacity_;
    check(encoder_, tjCompress2(encoder_, image.pixels, image.size.width, 0, image.size.height,
                                TJPF_RGB, &file_, &length, subsampling, quality,
                                TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC));
    return {file_, length};
  }

 private:
  static Size reduced_size(Size stored, Size wanted) {
    const Size scaled = scaled_size(stored, wanted, Fit::kCover);
    for (const int denominator : {8, 4, 2}) {
      const tjscalingfactor factor{1, denominator};
      const Size reduced{TJSCALED(stored.width, factor), TJSCALED(stored.height, factor)};
      if (reduced.width >= 2 * scaled.width && reduced.height >= 2 * scaled.height) return reduced;
    }
    return stored;
  }

  static void check(tjhandle codec, int code) {
    if (code != 0 && tjGetErrorCode(codec) == TJERR_FATAL) throw RunError(tjGetErrorStr2(codec));
  }

  tjhandle decoder_ = tjInitDecompress();
  tjhandle encoder_ = tjInitCompress();
  unsigned char* file_ = nullptr;
  unsigned long capacity_ = 0;
};

class PngCodec {
 public:
  // The file; valid until the next call.
  Bytes encode(ImageView image) {
    const Context context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
    spng_ihdr ihdr{};
    ihdr.width = static_cast<std::uint32_t>(image.size.width);
    ihdr.height = static_cast<std::uint32_t>(image.size.height);
    ihdr.bit_depth = 8;
    ihdr.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
    spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
    spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 1);
    spng_set_option(context.get(), SPNG_IMG_COMPRESSION_STRATEGY, Z_RLE);
    spng_set_option(context.get(), SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_SUB);
    check(spng_set_ihdr(context.get(), &ihdr));
    check(spng_encode_image(context.get(), image.pixels, image.bytes(), SPNG_FMT_PNG,
                            SPNG_ENCODE_FINALIZE));
    std::size_t length = 0;
    int code = 0;
    file_.reset(static_cast<std::uint8_t*>(spng_get_png_buffer(context.get(), &length, &code)));
    check(code);
    return {file_.get(), length};
  }

  static void decode(Bytes file, Pixels& pixels) {
    const Context context(spng_ctx_new(0), &spng_ctx_free);
    check(spng_set_png_buffer(context.get(), file.data(), file.size()));
    spng_ihdr ihdr{};
    check(spng_get_ihdr(context.get(), &ihdr));
    pixels.resize({static_cast<int>(ihdr.width), static_cast<int>(ihdr.height)});
    const std::span<std::uint8_t> to = pixels.span();
    check(spng_decode_image(context.get(), to.data(), to.size(), SPNG_FMT_RGB8, 0));
  }

 private:
  using Context = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;

  static void check(int code) {
    if (code != 0) throw RunError(std::string("libspng: ") + spng_strerror(code));
  }

  std::unique_ptr<std::uint8_t, decltype(&std::free)> file_{nullptr, &std::free};
};

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags, 0666)) {
    if (number_ < 0) throw system_error("cannot open", path, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// One thread: its codecs and buffers serve all of its images.
class Worker {
 public:
  explicit Worker(const Task& task) : task_(task) {}

  void process(std::size_t index) {
    const std::string& path = task_.paths[index];
    const Bytes file = read(path);
    if (file.size() > 2 && file[0] == 0xFF && file[1] == 0xD8) {
      jpeg_.decode(file, task_.size, pixels_);
    } else if (file.size() > 8 && file[0] == 0x89) {
      PngCodec::decode(file, pixels_);
    } else {
      throw RunError(path + " is neither a JPEG nor a PNG");
    }
    const Size size{task_.size, task_.size};
    if (task_.size == 0 || pixels_.view().size == size) {
      write(index, pixels_.view());
    } else {
      write(index, fit_image(pixels_.view(), size, Fit::kCover).view());
    }
  }

 private:
  Bytes read(const std::string& path) {
    const Descriptor file(path, O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) throw system_error("cannot read", path, errno);
    const auto length = static_cast<std::size_t>(status.st_size);
    if (file_.size() < length) file_.resize(length);
    if (::read(file.number(), file_.data(), length) != status.st_size) {
      throw system_error("cannot read", path, errno);
    }
    return {file_.data(), length};
  }

  void write(std::size_t index, ImageView image) {
    const Bytes bytes = task_.to_png ? png_.encode(image) : jpeg_.encode(image, task_.quality);
    std::array<char, 32> name;
    std::snprintf(name.data(), name.size(), "/%08zu.%s", index, task_.to_png ? "png" : "jpg");
    const std::string path = task_.output + name.data();
    const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    if (::write(file.number(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw system_error("cannot write", path, errno);
    }
  }

  const Task& task_;
  JpegCodec jpeg_;
  PngCodec png_;
  ByteBuffer file_;
  Pixels pixels_;
};

void run(const Task& task, int threads) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      Worker worker(task);
      for (std::size_t i = next++; i < task.paths.size(); i = next++) worker.process(i);
    } catch (...) {
      next = task.paths.size();
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

int main_of(int argc, char** argv) {
  const Arguments arguments = parse_arguments(argc, argv,
                                              {{"--list", "needed"},
                                               {"--root", "needed"},
                                               {"--output", "needed"},
                                               {"--size", "0"},
                                               {"--threads", "1"},
                                               {"--quality", "95"},
                                               {"--format", "jpg"}});
  const auto text = [&](const std::string& name) { return arguments.at(name); };
  if (text("--format") != "jpg" && text("--format") != "png") {
    throw UsageError("--format must be jpg or png");
  }
  const Task task{read_list(text("--list"), text("--root")), text("--output"),
                  number(arguments, "--size"), number(arguments, "--quality"),
                  text("--format") == "png"};
  std::filesystem::create_directories(task.output);
  run(task, number(arguments, "--threads"));
  return 0;
}

}  // namespace
}  // namespace guidedmixup::bench

int main(int argc, char** argv) {
  try {
    return guidedmixup::bench::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "codec_floor: %s\n", error.what());
    return 1;
  }
}

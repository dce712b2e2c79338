// Ways to read and write PNGs side by side: time and bytes of each for small images, for images of
// a network's size, and for the files of a list. Timed here and not by Google Benchmark, because
// one row has to hold what two benchmarks would find. (A libpng on zlib-ng would belong here, but
// Debian 12 has no zlib-ng.)
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>

#include "support/arguments.hpp"
#include "support/pictures.hpp"
#include "support/png_codec.hpp"

namespace guidedmixup::bench {
namespace {

using Bytes = std::span<const std::uint8_t>;

// What the program itself does.
class ProjectCodec : public PngCodec {
 public:
  Bytes encode(ImageView image) override {
    encode_image(image, {ImageFormat::kPng, 0}, file_);
    return file_;
  }

  void decode(Bytes file, Pixels& pixels) override {
    const auto image = guidedmixup::decode(file, {});
    if (!image) throw RunError(image.error().message);
    pixels.resize(image.value().size());
    std::ranges::copy(image.value().span(), pixels.span().begin());
  }

 private:
  ByteBuffer file_;
};

class OpenCvCodec : public PngCodec {
 public:
  explicit OpenCvCodec(std::vector<int> parameters) : parameters_(std::move(parameters)) {}

  Bytes encode(ImageView image) override {
    image_.create(image.size.height, image.size.width, CV_8UC3);
    swap_red_and_blue(image.span(), image_.data);
    if (!cv::imencode(".png", image_, file_, parameters_)) throw RunError("imencode failed");
    return file_;
  }

  void decode(Bytes file, Pixels& pixels) override {
    const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1,
                        const_cast<std::uint8_t*>(file.data()));
    cv::imdecode(bytes, cv::IMREAD_COLOR, &image_);
    if (image_.empty()) throw RunError("imdecode failed");
    pixels.resize({image_.cols, image_.rows});
    swap_red_and_blue({image_.data, pixels.span().size()}, pixels.span().data());
  }

 private:
  static void swap_red_and_blue(Bytes from, std::uint8_t* to) {
    for (std::size_t i = 0; i < from.size(); i += kChannels) {
      to[i] = from[i + 2];
      to[i + 1] = from[i + 1];
      to[i + 2] = from[i];
    }
  }

  std::vector<int> parameters_;
  cv::Mat image_;
  std::vector<std::uint8_t> file_;  // what OpenCV takes
};

struct Entry {
  std::string name;
  std::unique_ptr<PngCodec> codec;
};

std::vector<Entry> all_codecs() {
  const std::vector<int> fast = {cv::IMWRITE_PNG_COMPRESSION, 1, cv::IMWRITE_PNG_STRATEGY,
                                 cv::IMWRITE_PNG_STRATEGY_RLE};
  std::vector<Entry> entries;
  entries.push_back({"guidedmixup itself", std::make_unique<ProjectCodec>()});
  entries.push_back({"libspng, level 1, RLE, sub", make_png_codec("spng")});
  entries.push_back({"libspng, defaults", make_png_codec("spng-defaults")});
  entries.push_back({"libpng, level 1, RLE, sub", make_png_codec("libpng")});
  entries.push_back({"OpenCV, defaults", std::make_unique<OpenCvCodec>(std::vector<int>())});
  entries.push_back({"OpenCV, level 1, RLE", std::make_unique<OpenCvCodec>(fast)});
  entries.push_back({"libdeflate, level 1, sub", make_png_codec("libdeflate")});
  return entries;
}

struct Pictures {
  std::string name;
  std::vector<Image> images;
  std::vector<ByteBuffer> stored;  // the files, when they are PNGs and as large
};

Pictures read_pictures(const Arguments& arguments) {
  std::vector<std::string> paths = read_list(arguments.at("--list"), arguments.at("--root"));
  const auto limit = static_cast<std::size_t>(number(arguments, "--limit"));
  const int size = number(arguments, "--size");
  LoadOptions options;
  if (size > 0) options.size = Size{size, size};
  Pictures pictures;
  const std::size_t count = std::min(limit, paths.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& path = paths[i * paths.size() / count];  // of all classes
    auto image = load_image(path, options);
    if (!image) throw RunError(path + ": " + image.error().message);
    pictures.images.push_back(std::move(image).value());
    auto file = read_file(path).value();
    const auto info = probe(file);
    if (info.value().format == ImageFormat::kPng &&
        info.value().size == pictures.images.back().size()) {
      pictures.stored.push_back(std::move(file));
    }
  }
  if (pictures.stored.size() < pictures.images.size()) pictures.stored.clear();
  pictures.name = std::to_string(count) + " of the list";
  return pictures;
}

double cpu_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Microseconds for each of `count` images: one pass to warm up, then passes for a while.
double time_of(std::size_t count, const std::function<void(std::size_t)>& work) {
  constexpr double kLongEnough = 0.04;
  for (std::size_t i = 0; i < count; ++i) work(i);
  const double begin = cpu_seconds();
  int passes = 0;
  do {
    for (std::size_t i = 0; i < count; ++i) work(i);
    ++passes;
  } while (cpu_seconds() - begin < kLongEnough);
  return 1e6 * (cpu_seconds() - begin) / (passes * static_cast<double>(count));
}

struct Times {
  std::vector<double> decode_stored;
  std::vector<double> decode;
  std::vector<double> encode;
  std::size_t bytes = 0;
};

// Encodes all images and looks whether the same pixels come back: else the times mean nothing.
std::vector<ByteBuffer> encoded(const Entry& entry, const Pictures& pictures) {
  std::vector<ByteBuffer> files;
  Pixels pixels;
  const auto expect = [&](const Image& image) {
    if (pixels.view().size != image.size() || !std::ranges::equal(pixels.span(), image.span())) {
      throw RunError(entry.name + " gives other pixels back");
    }
  };
  for (std::size_t i = 0; i < pictures.images.size(); ++i) {
    const Bytes file = entry.codec->encode(pictures.images[i].view());
    files.emplace_back(file.begin(), file.end());
    entry.codec->decode(files.back(), pixels);
    expect(pictures.images[i]);
    if (pictures.stored.empty()) continue;
    entry.codec->decode(pictures.stored[i], pixels);
    expect(pictures.images[i]);
  }
  return files;
}

void measure(const Entry& entry, const Pictures& pictures, Times& times) {
  const std::size_t count = pictures.images.size();
  const auto files = encoded(entry, pictures);
  Pixels pixels;
  times.bytes = 0;
  for (const auto& file : files) times.bytes += file.size();
  times.decode.push_back(
      time_of(count, [&](std::size_t i) { entry.codec->decode(files[i], pixels); }));
  times.encode.push_back(
      time_of(count, [&](std::size_t i) { entry.codec->encode(pictures.images[i].view()); }));
  if (pictures.stored.empty()) return;
  times.decode_stored.push_back(
      time_of(count, [&](std::size_t i) { entry.codec->decode(pictures.stored[i], pixels); }));
}

std::string shown(std::vector<double> values) {
  if (values.empty()) return "";
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f", *middle);
  return text.data();
}

// All codecs in turn, again and again, so that a busy moment does not hit one of them alone.
void compare(const std::vector<Entry>& entries, const Pictures& pictures, int repetitions) {
  std::vector<Times> times(entries.size());
  for (int i = 0; i < repetitions; ++i) {
    for (std::size_t k = 0; k < entries.size(); ++k) measure(entries[k], pictures, times[k]);
  }
  for (std::size_t k = 0; k < entries.size(); ++k) {
    std::printf("| %-16s | %-26s | %16s | %9s | %9s | %8zu |\n", pictures.name.c_str(),
                entries[k].name.c_str(), shown(times[k].decode_stored).c_str(),
                shown(times[k].decode).c_str(), shown(times[k].encode).c_str(),
                times[k].bytes / pictures.images.size());
  }
}

void main_of(int argc, char** argv) {
  const Arguments arguments = parse_arguments(argc, argv,
                                              {{"--list", ""},
                                               {"--root", "."},
                                               {"--limit", "500"},
                                               {"--size", "0"},
                                               {"--repetitions", "7"}});
  const int repetitions = std::max(1, number(arguments, "--repetitions"));
  const std::vector<Entry> entries = all_codecs();
  std::optional<Pictures> listed;
  if (!arguments.at("--list").empty()) listed = read_pictures(arguments);
  std::printf("CPU time and size of one image, medians of %d\n\n", repetitions);
  std::printf("| %-16s | %-26s | %16s | %9s | %9s | %8s |\n", "pictures", "codec",
              "us decode stored", "us decode", "us encode", "bytes");
  std::printf(
      "| ---------------- | -------------------------- | ---------------: | --------: "
      "| --------: | -------: |\n");
  compare(entries, {"drawn, 32 x 32", pictures(kSmall, 64), {}}, repetitions);
  compare(entries, {"drawn, 224 x 224", pictures(kOutput, 16), {}}, repetitions);
  if (listed) compare(entries, *listed, repetitions);
}

}  // namespace
}  // namespace guidedmixup::bench

int main(int argc, char** argv) {
  try {
    guidedmixup::bench::main_of(argc, argv);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "png_codecs: %s\n", error.what());
    return 1;
  }
}

// guidedmixup-opencv.so: the only code of this stage that includes OpenCV. OpenCV tells why it gave
// up only on std::cerr; the words are caught there and become the message of the rejected sample.
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <new>
#include <streambuf>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include <guidedmixup/core/module.hpp>

#include "../opencv_module.hpp"
#include "tiff_pixels.hpp"

GUIDEDMIXUP_MODULE_IDENTITY

namespace guidedmixup::image_io {
namespace {

// Of this thread: what another thread's OpenCV says at the same time belongs to its own file.
thread_local std::string caught_words;

// Takes the place of std::cerr's buffer for good; this program itself never writes to std::cerr.
class WordCatcher : public std::streambuf {
 protected:
  int_type overflow(int_type c) override {
    if (!traits_type::eq_int_type(c, traits_type::eof())) {
      caught_words.push_back(traits_type::to_char_type(c));
    }
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    caught_words.append(text, static_cast<std::size_t>(count));
    return count;
  }
};

void prepare_once() {
  static const bool prepared = [] {
    cv::setNumThreads(0);  // the program's own threads hold the cores
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    static WordCatcher* const catcher = new WordCatcher;  // outlives std::cerr's last use
    std::cerr.rdbuf(catcher);
    return true;
  }();
  static_cast<void>(prepared);
}

// From "imdecode_(''): can't read data: OpenCV(4.6.0) ./path/file.cpp:102: error: (-2:Unspecified
// error) Unexpected end of input stream in function 'readBlock'" the part that tells something.
std::string reason_in(std::string words) {
  const std::size_t error = words.find("error: (");
  if (error != std::string::npos) {
    const std::size_t close = words.find(") ", error);
    words.erase(0, close == std::string::npos ? error : close + 2);
  }
  const std::size_t function = words.find(" in function ");
  if (function != std::string::npos) words.resize(function);
  while (!words.empty() && (words.back() == '\n' || words.back() == ' ')) words.pop_back();
  return words.empty() ? "OpenCV cannot decode it" : words;
}

// BGR to RGB.
Image to_image(const cv::Mat& pixels) {
  Image image({pixels.cols, pixels.rows});
  for (int y = 0; y < pixels.rows; ++y) {
    const std::uint8_t* from = pixels.ptr<std::uint8_t>(y);
    std::uint8_t* to = image.row(y);
    for (int x = 0; x < pixels.cols; ++x, from += kChannels, to += kChannels) {
      to[0] = from[2];
      to[1] = from[1];
      to[2] = from[0];
    }
  }
  return image;
}

void read_opencv_pixels(Bytes bytes, OpenCvOutcome& outcome) {
  prepare_once();
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    outcome.message = "the file is too large for OpenCV";
    return;
  }
  const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1,
                      const_cast<std::uint8_t*>(bytes.data()));
  caught_words.clear();
  // The orientation is applied here, by the same rules for all formats.
  const cv::Mat pixels = cv::imdecode(input, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  if (!pixels.empty() && pixels.type() == CV_8UC3) {
    outcome.image = to_image(pixels);
    outcome.status = OpenCvOutcome::Status::kDone;
  } else {
    outcome.message = reason_in(caught_words);
  }
}

}  // namespace
}  // namespace guidedmixup::image_io

extern "C" __attribute__((visibility("default"))) void guidedmixup_opencv_decode(
    guidedmixup::image_io::Bytes bytes, guidedmixup::image_io::OpenCvOutcome& outcome) {
  using guidedmixup::image_io::OpenCvOutcome;
  // Whether memory ran out, the caller finds out by himself.
  try {
    outcome.status = OpenCvOutcome::Status::kRejected;
    if (guidedmixup::image_io::starts_with(bytes, "BM")) {
      guidedmixup::image_io::read_opencv_pixels(bytes, outcome);
    } else {
      guidedmixup::image_io::read_tiff_pixels(bytes, outcome);
    }
    // OpenCV throws its own kinds, all of them this one's; none may cross the border of the module.
  } catch (const std::exception& error) {
    outcome.status = OpenCvOutcome::Status::kRejected;
    outcome.message = error.what();
  }
}

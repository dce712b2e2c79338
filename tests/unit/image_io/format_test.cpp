#include <doctest/doctest.h>

#include <guidedmixup/image_io/format.hpp>

using namespace guidedmixup;

TEST_CASE("format names are the file extensions that the program writes") {
  CHECK(to_string(ImageFormat::kJpeg) == "jpg");
  CHECK(to_string(ImageFormat::kPng) == "png");
  CHECK(to_string(ImageFormat::kWebp) == "webp");
  CHECK(to_string(ImageFormat::kTiff) == "tiff");
  CHECK(to_string(ImageFormat::kBmp) == "bmp");
  CHECK(to_string(ImageFormat::kPnm) == "pnm");
}

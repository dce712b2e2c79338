#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>

#include "fixtures.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

ByteBuffer encoded(const Image& image, ImageFormat format, int quality = 95) {
  ByteBuffer bytes;
  encode_image(image.view(), {format, quality}, bytes);
  return bytes;
}

// The sampling factors of the first component, from the baseline frame header.
int sampling(const ByteBuffer& jpeg) {
  std::size_t at = 2;
  while (jpeg[at + 1] != 0xC0) at += 2 + jpeg[at + 2] * 256U + jpeg[at + 3];
  return jpeg[at + 11];
}

double mean_difference(ImageView a, ImageView b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.bytes(); ++i) sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  return sum / static_cast<double>(a.bytes());
}

}  // namespace

TEST_CASE("PNG gives back every pixel") {
  for (const Size size : {Size{1, 1}, Size{2, 9}, Size{32, 32}, Size{65, 64}, Size{224, 224}}) {
    const Image image = test_picture(size);
    const auto bytes = encoded(image, ImageFormat::kPng);
    CHECK(largest_difference(decode(bytes, {}).value().view(), image.view()) == 0);
    CHECK(bytes == encoded(image, ImageFormat::kPng, 1));
  }
}

TEST_CASE("JPEG and WebP stay near the image, nearer with more quality") {
  for (const ImageFormat format : {ImageFormat::kJpeg, ImageFormat::kWebp}) {
    for (const Size size : {Size{1, 1}, Size{7, 3}, Size{64, 64}, Size{65, 64}, Size{130, 97}}) {
      const Image image = test_picture(size);
      const auto fine = encoded(image, format, 98);
      const auto coarse = encoded(image, format, 20);
      const Image back = decode(fine, {}).value();
      REQUIRE(back.size() == size);
      CHECK(probe(fine).value().format == format);
      if (size.pixels() < 1000) continue;
      CHECK(coarse.size() < fine.size());
      CHECK(mean_difference(back.view(), image.view()) < 6.0);
      CHECK(mean_difference(back.view(), image.view()) <
            mean_difference(decode(coarse, {}).value().view(), image.view()));
    }
  }
}

TEST_CASE("JPEG keeps the full chroma up to 64 pixels a side") {
  CHECK(sampling(encoded(test_picture({64, 64}), ImageFormat::kJpeg)) == 0x11);
  CHECK(sampling(encoded(test_picture({32, 8}), ImageFormat::kJpeg)) == 0x11);
  CHECK(sampling(encoded(test_picture({65, 8}), ImageFormat::kJpeg)) == 0x22);
  CHECK(sampling(encoded(test_picture({8, 65}), ImageFormat::kJpeg)) == 0x22);
}

TEST_CASE("equal pixels and options give equal bytes, whatever the buffer held before") {
  const Image first = test_picture({90, 70}, 1);
  const Image second = test_picture({40, 50}, 2);
  for (const ImageFormat format : {ImageFormat::kJpeg, ImageFormat::kPng, ImageFormat::kWebp}) {
    ByteBuffer bytes;
    encode_image(first.view(), {format, 90}, bytes);
    encode_image(second.view(), {format, 90}, bytes);
    CHECK(bytes == encoded(second, format, 90));
    encode_image(first.view(), {format, 90}, bytes);
    CHECK(bytes == encoded(first, format, 90));
  }
}

TEST_CASE("a JPEG larger than its pixels is written whole") {
  Image noise({16, 16});
  std::uint32_t state = 5;
  for (std::uint8_t& value : noise.span()) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>((state >> 31U) * 255U);
  }
  Image large({400, 400});
  for (std::size_t i = 0; i < large.span().size(); ++i) {
    state = state * 1664525U + 1013904223U;
    large.span()[i] = static_cast<std::uint8_t>((state >> 31U) * 255U);
  }
  CHECK(decode(encoded(noise, ImageFormat::kJpeg, 100), {}));
  CHECK(decode(encoded(large, ImageFormat::kJpeg, 100), {}));
}

TEST_CASE("what a format cannot hold is an error of the run") {
  ByteBuffer bytes;
  const Image wide({70000, 1});
  CHECK_THROWS_AS(encode_image(wide.view(), {ImageFormat::kJpeg, 90}, bytes), RunError);
  CHECK_THROWS_AS(encode_image(wide.view(), {ImageFormat::kWebp, 90}, bytes), RunError);
  CHECK_NOTHROW(encode_image(wide.view(), {ImageFormat::kPng, 90}, bytes));
  CHECK_THROWS_AS(encode_image(wide.view(), {ImageFormat::kTiff, 90}, bytes), RunError);
}

TEST_CASE("a 16-bit PNG is grey, and its upper bytes come back") {
  const std::vector<std::uint16_t> values = {0, 255, 256, 0x1234, 0xFF00, 0xFFFF};
  ByteBuffer bytes;
  encode_png16(values, {3, 2}, bytes);
  CHECK(bytes[24] == 16);  // bit depth
  CHECK(bytes[25] == 0);   // colour type
  const Image image = decode(bytes, {}).value();
  REQUIRE(image.size() == Size{3, 2});
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) CHECK(image.span()[3 * i + c] == values[i] >> 8U);
  }
}

TEST_CASE("a .npy file has an aligned header and little-endian float32 values") {
  for (const Size size : {Size{1, 1}, Size{3, 2}, Size{1000, 7}}) {
    std::vector<float> values(static_cast<std::size_t>(size.pixels()));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) * 0.25F;
    ByteBuffer bytes = {1, 2, 3};
    encode_npy(values, size, bytes);
    CHECK(std::memcmp(bytes.data(), "\x93NUMPY\x01\x00", 8) == 0);
    const std::size_t data = 10 + bytes[8] + bytes[9] * 256U;
    CHECK(data % 64 == 0);
    CHECK(bytes[data - 1] == '\n');
    const std::string header(bytes.begin() + 10, bytes.begin() + static_cast<long>(data));
    const std::string shape =
        "(" + std::to_string(size.height) + ", " + std::to_string(size.width) + ")";
    CHECK(header.find("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }") == 0);
    REQUIRE(bytes.size() == data + 4 * values.size());
    CHECK(std::memcmp(bytes.data() + data, values.data(), 4 * values.size()) == 0);
  }
}

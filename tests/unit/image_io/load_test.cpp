#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/image_io/resize.hpp>

#include "fixtures.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

ByteBuffer jpeg_of(Size size) {
  ByteBuffer bytes;
  encode_image(test_picture(size).view(), {ImageFormat::kJpeg, 90}, bytes);
  return bytes;
}

// The same JPEG with an EXIF block that holds an orientation and nothing else.
ByteBuffer with_orientation(ByteBuffer jpeg, std::uint8_t value) {
  const ByteBuffer exif = {0xFF, 0xE1, 0, 34, 'E', 'x',   'i', 'f', 0, 0,    'M', 'M',
                           0,    42,   0, 0,  0,   8,     0,   1,   1, 0x12, 0,   3,
                           0,    0,    0, 1,  0,   value, 0,   0,   0, 0,    0,   0};
  jpeg.insert(jpeg.begin() + 2, exif.begin(), exif.end());
  return jpeg;
}

// More than 100 kB, since noise does not shrink.
ByteBuffer png_of_noise(Size size) {
  Image noise(size);
  std::uint32_t state = 1;
  for (std::uint8_t& value : noise.span()) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24U);
  }
  ByteBuffer png;
  encode_image(noise.view(), {ImageFormat::kPng, 1}, png);
  REQUIRE(png.size() > 100'000);
  return png;
}

}  // namespace

TEST_CASE("a JPEG is decoded at 1/2, 1/4 or 1/8 while both sides stay large enough") {
  const auto bytes = jpeg_of({515, 389});
  const auto size_for = [&](Size at_least) { return decode(bytes, {}, at_least).value().size(); };
  CHECK(size_for({1, 1}) == Size{65, 49});
  CHECK(size_for({65, 49}) == Size{65, 49});
  CHECK(size_for({66, 49}) == Size{129, 98});
  CHECK(size_for({65, 50}) == Size{129, 98});
  CHECK(size_for({130, 1}) == Size{258, 195});
  CHECK(size_for({258, 196}) == Size{515, 389});
  CHECK(size_for({9000, 1}) == Size{515, 389});
  CHECK(decode(bytes, {}).value().size() == Size{515, 389});
}

TEST_CASE("the wanted size of a turned JPEG is upright") {
  const auto bytes = with_orientation(jpeg_of({515, 389}), 6);
  CHECK(probe(bytes).value().size == Size{389, 515});
  CHECK(decode(bytes, {}, Size{49, 65}).value().size() == Size{49, 65});
  CHECK(decode(bytes, {}, Size{65, 49}).value().size() == Size{98, 129});
}

TEST_CASE("load_image scales in the decoder only to at least twice the scaled size") {
  const TemporaryFolder folder;
  const auto bytes = jpeg_of({512, 384});
  const std::string path = folder.write("a.jpg", bytes);
  const auto loaded_as = [&](Size size, std::optional<Size> at_least) {
    LoadOptions options;
    options.size = size;
    const Image loaded = load_image(path, options).value();
    const Image decoded = decode(bytes, {}, at_least).value();
    const Image fitted = fit_image(decoded.view(), size, Fit::kCover);
    return largest_difference(loaded.view(), fitted.view()) == 0;
  };
  // 32 x 32 covers with 43 x 32: at least 86 x 64 of 128 x 96 is a quarter.
  CHECK(loaded_as({32, 32}, Size{128, 96}));
  CHECK_FALSE(loaded_as({32, 32}, std::nullopt));
  // 97 x 97 covers with 129 x 97: twice that is more than a half.
  CHECK(loaded_as({97, 97}, std::nullopt));
  CHECK(loaded_as({96, 96}, Size{256, 192}));
}

TEST_CASE("load_image without a size gives the image as it is, else exactly the size") {
  const std::string path = fixture_path("orientation6.jpg").string();
  CHECK(load_image(path, {}).value().size() == Size{9, 17});
  for (const Fit fit : {Fit::kCover, Fit::kContain, Fit::kStretch}) {
    LoadOptions options;
    options.size = Size{40, 23};
    options.fit = fit;
    CHECK(load_image(path, options).value().size() == Size{40, 23});
  }
}

TEST_CASE("probe_file reads on when the header is longer than usual") {
  auto jpeg = jpeg_of({40, 30});
  ByteBuffer comments;
  for (int i = 0; i < 3; ++i) {
    comments.insert(comments.end(), {0xFF, 0xFE, 0xFF, 0xFF});
    comments.resize(comments.size() + 0xFFFF - 2, 'x');
  }
  jpeg.insert(jpeg.begin() + 2, comments.begin(), comments.end());
  const TemporaryFolder folder;
  CHECK(probe_file(folder.write("a.jpg", jpeg)).value().size == Size{40, 30});
  // Cut behind its first part, a PNG still tells its size; its pixels do not arrive.
  ByteBuffer png = png_of_noise({400, 300});
  CHECK(probe_file(folder.write("whole.png", png)).value().size == Size{400, 300});
  png.resize(80'000);
  const std::string cut = folder.write("cut.png", png);
  CHECK(probe_file(cut).value().size == Size{400, 300});
  CHECK(load_image(cut, {}).error().code == RejectCode::kTruncated);
}

TEST_CASE("load_image finds a header that lies far behind, in small files and in large ones") {
  const TemporaryFolder folder;
  const auto check = [&](const ByteBuffer& bytes) {
    const std::string path = folder.write("image", bytes);
    DecodeNotes notes;
    const auto loaded = load_image(path, {}, &notes);
    REQUIRE(loaded);
    CHECK(notes.file_bytes == bytes.size());
    const Image expected = decode(bytes, {}).value();
    CHECK(loaded.value().size() == expected.size());
    CHECK(std::ranges::equal(loaded.value().span(), expected.span()));
    CHECK(probe_file(path).value().size == expected.size());
  };
  for (const std::size_t padding : {100'000U, 2'000'000U}) {
    auto jpeg = jpeg_of({40, 30});
    ByteBuffer comments;
    while (comments.size() < padding) {
      comments.insert(comments.end(), {0xFF, 0xFE, 0xFF, 0xFF});
      comments.resize(comments.size() + 0xFFFF - 2, 'x');
    }
    jpeg.insert(jpeg.begin() + 2, comments.begin(), comments.end());
    check(jpeg);

    // A copy of the directory behind everything else.
    auto tiff = fixture_bytes("orientation6.tif");
    REQUIRE(tiff[0] == 'I');
    const std::size_t place = tiff[4] + tiff[5] * 256U;
    const std::size_t length = 2 + tiff[place] * 12U + 4;
    const ByteBuffer directory(tiff.begin() + static_cast<std::ptrdiff_t>(place),
                               tiff.begin() + static_cast<std::ptrdiff_t>(place + length));
    tiff.resize(tiff.size() + padding, 0);
    tiff.resize(tiff.size() + tiff.size() % 2, 0);
    for (unsigned i = 0; i < 4; ++i) {
      tiff[4 + i] = static_cast<std::uint8_t>(tiff.size() >> (8U * i));
    }
    tiff.insert(tiff.end(), directory.begin(), directory.end());
    check(tiff);

    auto pnm = std::string("P6 # ") + std::string(padding, 'x') + "\n2 1 255\nabcdef";
    check({pnm.begin(), pnm.end()});
  }
}

TEST_CASE("load_image turns an image whose orientation stands behind its pixels") {
  const auto small = fixture_bytes("exif-after.png");
  const std::string_view mark = "eXIf";
  const auto at = std::search(small.begin(), small.end(), mark.begin(), mark.end());
  REQUIRE(at != small.end());
  const std::ptrdiff_t length = 12 + *(at - 1) + 256 * *(at - 2);
  ByteBuffer png = png_of_noise({300, 200});
  png.insert(png.end() - 12, at - 4, at - 4 + length);
  const TemporaryFolder folder;
  const std::string path = folder.write("a.png", png);
  REQUIRE(probe(png).value().size == Size{200, 300});
  CHECK(probe_file(path).value().size == Size{200, 300});
  const Image loaded = load_image(path, {}).value();
  CHECK(std::ranges::equal(loaded.span(), decode(png, {}).value().span()));
}

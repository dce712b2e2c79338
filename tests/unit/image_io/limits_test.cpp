// What is refused: too large, of no known kind, or not readable as a file at all.
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/image_io/decode.hpp>

#include "fixtures.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

ByteBuffer bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

void put(ByteBuffer& bytes, std::size_t at, std::initializer_list<int> values) {
  for (const int value : values) bytes[at++] = static_cast<std::uint8_t>(value);
}

RejectCode code_of(const ByteBuffer& bytes, const DecodeLimits& limits = {}) {
  const auto image = decode(bytes, limits);
  REQUIRE_FALSE(image);
  return image.error().code;
}

}  // namespace

TEST_CASE("an absurd size is refused by the header of every format") {
  auto png = fixture_bytes("rgb.png");
  put(png, 16, {0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60});  // 60000 x 60000
  CHECK(code_of(png) == RejectCode::kTooLarge);
  CHECK(probe(png).value().size == Size{60000, 60000});

  auto jpeg = fixture_bytes("grey.jpg");
  std::size_t frame = 2;
  while (jpeg[frame + 1] != 0xC0) frame += 2 + jpeg[frame + 2] * 256U + jpeg[frame + 3];
  put(jpeg, frame + 5, {0xEA, 0x60, 0xEA, 0x60});
  CHECK(code_of(jpeg) == RejectCode::kTooLarge);

  auto webp = fixture_bytes("lossless.webp");
  REQUIRE(webp[20] == 0x2F);
  put(webp, 21, {0xFF, 0xFF, 0xFF, 0x0F});  // 16384 x 16384
  CHECK(code_of(webp) == RejectCode::kTooLarge);

  auto bmp = fixture_bytes("rgb24.bmp");
  put(bmp, 18, {0x60, 0xEA, 0, 0, 0x60, 0xEA, 0, 0});
  CHECK(code_of(bmp) == RejectCode::kTooLarge);

  auto tiff = fixture_bytes("strips.tif");
  const std::size_t directory = tiff[4] + tiff[5] * 256U;
  put(tiff, directory + 2 + 8, {0x60, 0xEA});
  put(tiff, directory + 2 + 12 + 8, {0x60, 0xEA});
  CHECK(code_of(tiff) == RejectCode::kTooLarge);

  CHECK(code_of(bytes_of("P6 60000 60000 255\n")) == RejectCode::kTooLarge);
  CHECK(code_of(bytes_of("P6 9999999999 1 255\n")) == RejectCode::kCorrupt);
}

TEST_CASE("the limit counts pixels and is itself allowed") {
  const auto bytes = fixture_bytes("rgb.png");
  DecodeLimits limits;
  limits.max_pixels = 17 * 9;
  CHECK(decode(bytes, limits));
  limits.max_pixels = 17 * 9 - 1;
  const auto image = decode(bytes, limits);
  REQUIRE_FALSE(image);
  CHECK(image.error().message == "17 x 9 pixels exceed the limit of 152");
}

TEST_CASE("rows are limited however short they are") {
  auto png = fixture_bytes("rgb.png");
  put(png, 16, {0, 0, 0, 1, 0, 0x0F, 0x42, 0x41});  // 1 x 1000001
  const auto image = decode(png, {});
  REQUIRE_FALSE(image);
  CHECK(image.error().message == "1000001 rows exceed the limit of 1000000");
  DecodeLimits limits;
  limits.max_pixels = 200'000'000;  // allows more of them
  CHECK(code_of(png, limits) != RejectCode::kTooLarge);
}

TEST_CASE("a progressive JPEG of too many scans is refused") {
  const auto bytes = fixture_bytes("progressive.jpg");
  DecodeLimits limits;
  limits.max_progressive_scans = 10;
  CHECK(decode(bytes, limits));
  limits.max_progressive_scans = 3;
  CHECK(code_of(bytes, limits) == RejectCode::kTooLarge);
}

TEST_CASE("what is no usable image is unsupported") {
  CHECK(code_of(bytes_of("a text with an image's name\n")) == RejectCode::kUnsupported);
  CHECK(code_of(bytes_of("GIF89a and so on")) == RejectCode::kUnsupported);
  CHECK(code_of(bytes_of("P9 1 1 255\n")) == RejectCode::kUnsupported);
  CHECK(code_of(fixture_bytes("animated.webp")) == RejectCode::kUnsupported);
  CHECK(code_of(fixture_bytes("float.tif")) == RejectCode::kUnsupported);
  CHECK(code_of({}) == RejectCode::kEmpty);

  auto twelve_bits = fixture_bytes("grey.jpg");
  std::size_t frame = 2;
  while (twelve_bits[frame + 1] != 0xC0) {
    frame += 2 + twelve_bits[frame + 2] * 256U + twelve_bits[frame + 3];
  }
  twelve_bits[frame + 4] = 12;
  CHECK(code_of(twelve_bits) == RejectCode::kUnsupported);
  auto lossless = fixture_bytes("grey.jpg");
  lossless[frame + 1] = 0xC3;
  CHECK(code_of(lossless) == RejectCode::kUnsupported);

  auto strange_masks = fixture_bytes("masks32.bmp");
  std::swap(strange_masks[54 + 2], strange_masks[54 + 8 + 2]);
  std::swap(strange_masks[54], strange_masks[54 + 8]);
  CHECK(code_of(strange_masks) == RejectCode::kUnsupported);
}

TEST_CASE("a BMP that ends before its masks do is truncated") {
  // One pixel of 16 bits behind a header of 41 bytes, a kind that does not exist.
  ByteBuffer bmp(60, 0);
  put(bmp, 0, {'B', 'M'});
  put(bmp, 10, {56, 0, 0, 0, 41, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 16, 0, 3});
  CHECK(code_of(bmp) == RejectCode::kTruncated);
}

TEST_CASE("a TIFF whose strip or tile would take all memory is a reject") {
  const auto tiff_of = [](bool is_tiled) {
    constexpr int kSamples = 60000;
    constexpr int kBitsAt = 8 + 2 + 10 * 12 + 4;
    ByteBuffer tiff = {'I', 'I', 42, 0, 8, 0, 0, 0, 10, 0};
    const auto entry = [&](int tag, int type, int count, int value) {
      tiff.resize(tiff.size() + 12);
      put(tiff, tiff.size() - 12,
          {tag, tag >> 8, type, 0, count, count >> 8, 0, 0, value, value >> 8, value >> 16, 0});
    };
    const int side = is_tiled ? 16 : 10000;
    entry(256, 4, 1, side);
    entry(257, 4, 1, side);
    entry(258, 3, kSamples, kBitsAt);
    entry(259, 3, 1, 8);  // Deflate
    entry(262, 3, 1, 2);  // RGB
    if (!is_tiled) entry(273, 4, 1, 8);
    entry(277, 3, 1, kSamples);
    if (!is_tiled) entry(278, 4, 1, side);
    if (!is_tiled) entry(279, 4, 1, 64);
    if (is_tiled) {
      for (const int tag : {322, 323}) entry(tag, 4, 1, 10000);
      entry(324, 4, 1, 8);
      entry(325, 4, 1, 64);
    } else {
      entry(284, 3, 1, 1);
    }
    tiff.resize(kBitsAt + 2 * kSamples, 0);
    for (int i = 0; i < kSamples; ++i) tiff[kBitsAt + 2 * i] = 16;
    return tiff;
  };
  CHECK(code_of(tiff_of(false)) == RejectCode::kTooLarge);
  CHECK(code_of(tiff_of(true)) == RejectCode::kTooLarge);
}

TEST_CASE("the content decides, not the name") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.jpg", fixture_bytes("rgb.png"));
  CHECK(probe_file(path).value().format == ImageFormat::kPng);
  CHECK(load_image(path, {}).value().size() == Size{17, 9});
}

TEST_CASE("files that cannot be read are rejects and do not hang") {
  const TemporaryFolder folder;
  bool retry = false;  // of the file looked at last
  const auto code = [&](const std::string& path) {
    const auto bytes = read_file(path);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().stage == RejectStage::kRead);
    const auto info = probe_file(path);
    REQUIRE_FALSE(info);
    CHECK(info.error().code == bytes.error().code);
    const auto image = load_image(path, {});
    REQUIRE_FALSE(image);
    CHECK(image.error().retry == bytes.error().retry);
    retry = image.error().retry;
    return image.error().code;
  };
  const std::string root = folder.path().string();
  CHECK(code(root + "/absent.jpg") == RejectCode::kMissing);
  CHECK(code(folder.write("file", "x") + "/below.jpg") == RejectCode::kMissing);
  CHECK(retry);
  CHECK(code(folder.write("empty.png", "")) == RejectCode::kEmpty);
  CHECK_FALSE(retry);
  std::filesystem::create_directory(folder.path() / "folder.jpg");
  CHECK(code(root + "/folder.jpg") == RejectCode::kUnreadable);
  CHECK(retry);
  REQUIRE(::mkfifo((root + "/pipe.jpg").c_str(), 0600) == 0);
  CHECK(code(root + "/pipe.jpg") == RejectCode::kUnreadable);
  std::filesystem::create_symlink("loop.jpg", folder.path() / "loop.jpg");
  CHECK(code(root + "/loop.jpg") == RejectCode::kUnreadable);
  CHECK(code(root + "/" + std::string(300, 'a') + ".jpg") == RejectCode::kUnreadable);
  CHECK_FALSE(retry);  // no file can ever have that name
  if (::geteuid() != 0) {
    const std::string secret = folder.write("secret.jpg", "x");
    std::filesystem::permissions(secret, std::filesystem::perms::none);
    CHECK(code(secret) == RejectCode::kUnreadable);
  }
}

TEST_CASE("running out of file handles ends the run instead of rejecting the sample") {
#ifdef __SANITIZE_ADDRESS__
  // It looks at memory through a pipe, and calls an exception damaged when it gets none.
  std::puts("SKIPPED: the undefined-behaviour sanitizer needs file handles of its own");
  return;
#endif
  const std::string path = fixture_path("rgb.png").string();
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  std::string message;
  try {
    static_cast<void>(read_file(path));
  } catch (const RunError& error) {
    message = error.what();
  }
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(message.find("rgb.png") != std::string::npos);
}

TEST_CASE("very large images take turns and all arrive") {
  // 10 of 17 megapixel hold more than the budget together.
  const Size size = {4250, 4000};
  auto bytes = bytes_of("P4\n4250 4000\n");
  bytes.resize(bytes.size() + static_cast<std::size_t>((size.width + 7) / 8) * size.height, 0x55);
  const TemporaryFolder folder;
  const std::string path = folder.write("large.pbm", bytes);
  std::vector<int> done(10, 0);
  std::vector<std::thread> threads;
  for (int& mark : done) {
    threads.emplace_back([&] {
      LoadOptions options;
      options.size = Size{8, 8};
      const auto image = load_image(path, options);
      mark = image && image.value().size() == Size{8, 8} ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(done == std::vector<int>(10, 1));
}

TEST_CASE("a file is judged by its header before the rest is read") {
  const TemporaryFolder folder;
  // Sparse: takes no disk, and reading it would take 5 GB of memory.
  const auto large = [&](const char* name, std::string_view start) {
    const std::string path = folder.write(name, std::string(start));
    std::filesystem::resize_file(path, std::uint64_t{5} << 30U);
    return path;
  };
  LoadOptions options;
  DecodeNotes notes;
  const auto refusal = [&](const std::string& path) {
    notes = {};
    const auto image = load_image(path, options, &notes);
    REQUIRE_FALSE(image);
    return image.error();
  };
  CHECK(refusal(large("zeros.jpg", "")).code == RejectCode::kUnsupported);
  CHECK(notes.file_bytes == 65536);
  const auto good = fixture_bytes("grey.jpg");
  const SampleError error = refusal(large("a.jpg", std::string(good.begin(), good.end())));
  CHECK(error.code == RejectCode::kTooLarge);
  CHECK(error.message ==
        "a file of 5368709120 bytes is larger than any image of at most 100000000 pixels");
  CHECK(notes.file_bytes == 65536);
  CHECK(refusal(large("b.ppm", "P6 60000 60000 255\n")).code == RejectCode::kTooLarge);
  options.limits.max_pixels = std::numeric_limits<std::int64_t>::max();
  CHECK(refusal(large("c.ppm", "P9 60000 60000 255\n")).code == RejectCode::kUnsupported);
}

// JPEGs for which libjpeg warns: what is damage, what is harmless, and what ends too early.
#include <algorithm>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>

#include "fixtures.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

ByteBuffer jpeg_of(Size size) {
  ByteBuffer bytes;
  encode_image(test_picture(size, 3).view(), {ImageFormat::kJpeg, 90}, bytes);
  return bytes;
}

// Where the segment of a marker starts that the file has.
std::size_t segment_at(const ByteBuffer& bytes, int marker) {
  for (std::size_t at = 2; at + 4 < bytes.size(); at += 2 + bytes[at + 2] * 256U + bytes[at + 3]) {
    if (bytes[at + 1] == marker) return at;
  }
  FAIL("no such segment");
  return 0;
}

ByteBuffer with(ByteBuffer bytes, std::size_t at, const ByteBuffer& inserted) {
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), inserted.begin(), inserted.end());
  return bytes;
}

ByteBuffer changed(ByteBuffer bytes, std::size_t at, int value) {
  bytes[at] = static_cast<std::uint8_t>(value);
  return bytes;
}

const DecodeLimits kUse = [] {
  DecodeLimits limits;
  limits.use_damaged = true;
  return limits;
}();

}  // namespace

TEST_CASE("harmless oddities of a JPEG are counted and change no pixel") {
  const ByteBuffer good = jpeg_of({80, 40});
  const Image expected = decode(good, {}).value();
  const std::size_t end = good.size() - 2;
  const ByteBuffer adobe = {0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 7};
  struct Oddity {
    std::string what;
    ByteBuffer bytes;
    int warnings;
  };
  const Oddity oddities[] = {
      {"none", good, 0},
      {"stray bytes in the header", with(good, segment_at(good, 0xDB), {1, 2, 3, 4, 5, 6, 7}), 1},
      // Read together with the last codes, so that libjpeg does not see that they are too many.
      {"few stray bytes before the end", with(good, end, {0x12, 0x34}), 0},
      {"padding with zeros before the end", with(good, end, ByteBuffer(500, 0)), 1},
      {"bytes behind the end", with(good, good.size(), ByteBuffer(500, 0x55)), 0},
      {"unknown JFIF version", changed(good, segment_at(good, 0xE0) + 9, 9), 1},
      {"unknown Adobe transform", changed(with(good, 2, adobe), 17 + 6, 'X'), 1},
      {"unused parameters of the scan", changed(good, segment_at(good, 0xDA) + 12, 0), 1},
  };
  for (const Oddity& oddity : oddities) {
    CAPTURE(oddity.what);
    DecodeNotes notes;
    const auto image = decode(oddity.bytes, {}, std::nullopt, &notes);
    REQUIRE(image);
    CHECK(notes.warnings == oddity.warnings);
    CHECK(notes.damage == 0);
    CHECK(largest_difference(image.value().view(), expected.view()) == 0);
  }
}

TEST_CASE("data that is left over behind a scan is damage") {
  const ByteBuffer good = jpeg_of({80, 40});
  const ByteBuffer left_over = {16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  const ByteBuffer bytes = with(good, good.size() - 2, left_over);
  const auto image = decode(bytes, {});
  REQUIRE_FALSE(image);
  CHECK(image.error().code == RejectCode::kDamaged);
  CHECK(decode(bytes, kUse));
}

TEST_CASE("a flipped bit in a complete JPEG is damage, an error, or nothing, but no early end") {
  const ByteBuffer good = jpeg_of({80, 48});
  std::map<RejectCode, int> found;
  for (std::size_t at = 20; at < good.size() - 2; ++at) {
    const ByteBuffer bytes = changed(good, at, good[at] ^ (1U << at % 8));
    const auto image = decode(bytes, {});
    if (image) continue;
    ++found[image.error().code];
    if (image.error().code != RejectCode::kDamaged) continue;
    DecodeNotes notes;
    const auto used = decode(bytes, kUse, std::nullopt, &notes);
    if (used) CHECK(notes.damage > 0);
    // A header may be damaged so that libjpeg runs out of the file.
    if (!used) CHECK(used.error().code == RejectCode::kCorrupt);
  }
  CHECK(found[RejectCode::kDamaged] > 20);
  CHECK(found[RejectCode::kTruncated] == 0);
}

TEST_CASE("a cut JPEG is truncated, also where damage may be used") {
  const ByteBuffer good = jpeg_of({80, 48});
  for (const DecodeLimits& limits : {DecodeLimits{}, kUse}) {
    for (const std::size_t length : {good.size() / 2, good.size() - 2}) {
      const auto image = decode(std::span(good).first(length), limits);
      REQUIRE_FALSE(image);
      CHECK(image.error().code == RejectCode::kTruncated);
    }
  }
}

TEST_CASE("a JPEG that cannot hold its pixels is refused before it is decoded") {
  ByteBuffer bytes = jpeg_of({80, 48});
  const std::size_t frame = segment_at(bytes, 0xC0);
  for (const std::size_t side : {frame + 5, frame + 7}) bytes[side] = 0x23;  // about 9000
  for (const DecodeLimits& limits : {DecodeLimits{}, kUse}) {
    const auto image = decode(bytes, limits);
    REQUIRE_FALSE(image);
    CHECK(image.error().message == "the JPEG is too short for its image");
  }
}

TEST_CASE("scans are counted before the first is decoded") {
  // Thousands of empty scans behind a whole picture: nothing would ever come of them.
  const auto good = fixture_bytes("progressive.jpg");
  ByteBuffer scan = {0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0};
  ByteBuffer many;
  for (int i = 0; i < 200; ++i) many.insert(many.end(), scan.begin(), scan.end());
  const auto image = decode(with(good, good.size() - 2, many), kUse);
  REQUIRE_FALSE(image);
  CHECK(image.error().code == RejectCode::kTooLarge);
}

TEST_CASE("bytes that libjpeg counts but that a file does not have are not looked at") {
  // Each block's data is missing: libjpeg makes zeros up and counts those that are left over.
  ByteBuffer bytes = jpeg_of({64, 64});
  bytes = with(bytes, segment_at(bytes, 0xDA), {0xFF, 0xDD, 0, 4, 0, 1});  // a restart every block
  const std::size_t frame = segment_at(bytes, 0xC0);
  for (const std::size_t side : {frame + 5, frame + 7}) bytes[side] = 0x04;  // 1088
  bytes.resize(segment_at(bytes, 0xDA) + 14);
  for (int i = 0; i < 18'000; ++i) {
    bytes.insert(bytes.end(), {0xFF, static_cast<std::uint8_t>(0xD0 + i % 8)});
  }
  bytes.insert(bytes.end(), {0xFF, 0xFE, 0, 4, 0, 0, 0xFF, 0xD9});
  // What lies before the file may not be read.
  constexpr std::size_t kGuard = std::size_t{1} << 20U;
  void* const guard = ::mmap(nullptr, 2 * kGuard, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(guard != MAP_FAILED);
  auto* const file = static_cast<std::uint8_t*>(guard) + kGuard;
  REQUIRE(::mprotect(file, kGuard, PROT_READ | PROT_WRITE) == 0);
  std::copy(bytes.begin(), bytes.end(), file);
  DecodeNotes notes;
  CHECK(decode(std::span(file, bytes.size()), kUse, std::nullopt, &notes));
  CHECK(notes.damage > 1000);
  ::munmap(guard, 2 * kGuard);
}

// Files that end early or hold wrong bytes: a value of SampleError, never a crash, never a word on
// the terminal.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/core/random.hpp>
#include <guidedmixup/image_io/decode.hpp>

#include "fixtures.hpp"
#include "quiet.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

bool is_text_pnm(const ByteBuffer& bytes) {
  return bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '3';
}

// From which length on a cut is no damage: in text, white space at the end may be missing, and
// that the last number lost digits cannot be known.
std::size_t complete_length(const ByteBuffer& bytes) {
  std::size_t length = bytes.size();
  if (!is_text_pnm(bytes)) return length;
  const auto is_digit = [&](std::size_t i) { return bytes[i] >= '0' && bytes[i] <= '9'; };
  while (!is_digit(length - 1)) --length;
  if (bytes[1] == '1') return length;
  while (is_digit(length - 2)) --length;
  return length;
}

// What is wrong with the answer to a file cut to `length` bytes; "" if nothing.
std::string judge_cut(const Fixture& fixture, std::size_t length) {
  const Result<Image> image = decode(std::span(fixture.bytes).first(length), {});
  const std::string where = fixture.name + " cut to " + std::to_string(length) + " bytes: ";
  if (image) return where + "accepted";
  const SampleError& error = image.error();
  if (error.message.empty()) return where + "no message";
  // Before its magic is whole, a file is of no format.
  const bool may_be_unknown = length < 16 && error.code == RejectCode::kUnsupported;
  if (error.code != RejectCode::kTruncated && error.code != RejectCode::kCorrupt &&
      !may_be_unknown) {
    return where + std::string(to_string(error.code)) + ", " + error.message;
  }
  return "";
}

// One to four bytes replaced, by draws that depend on `index` only.
ByteBuffer mutated(ByteBuffer bytes, std::uint32_t index) {
  DrawStream draws({7, 0, index, kWholeBatch, Purpose{0}});
  const std::uint32_t changes = 1 + draws.below(4) / 3 * draws.below(4);
  for (std::uint32_t i = 0; i < changes; ++i) {
    bytes[draws.below(static_cast<std::uint32_t>(bytes.size()))] =
        static_cast<std::uint8_t>(draws.next());
  }
  return bytes;
}

}  // namespace

TEST_CASE("a file cut at any byte is rejected, and nothing is printed") {
  std::vector<std::string> complaints;
  CaughtOutput output;
  for (const Fixture& fixture : fixtures()) {
    const std::size_t end = complete_length(fixture.bytes);
    for (std::size_t length = 1; length < end; ++length) {
      const std::string complaint = judge_cut(fixture, length);
      if (!complaint.empty()) complaints.push_back(complaint);
    }
  }
  const std::string printed = output.finish();
  CHECK(printed == "");
  CHECK(complaints.size() == 0);
  for (std::size_t i = 0; i < std::min<std::size_t>(complaints.size(), 40); ++i) {
    FAIL_CHECK(complaints[i]);
  }
}

TEST_CASE("cut files are called truncated in nearly all cases") {
  for (const char* name : {"rgb.png", "full-chroma.jpg", "lossless.webp", "plain.tif", "rgb24.bmp",
                           "rle8.bmp", "p6.ppm", "p3.ppm", "progressive.jpg", "interlaced.png"}) {
    CAPTURE(name);
    const auto bytes = fixture_bytes(name);
    for (const std::size_t length :
         {bytes.size() / 2, bytes.size() * 9 / 10, bytes.size() - 4, bytes.size() - 5}) {
      CAPTURE(length);
      const auto image = decode(std::span(bytes).first(length), {});
      REQUIRE_FALSE(image);
      CHECK(image.error().stage == RejectStage::kDecode);
      CHECK(image.error().code == RejectCode::kTruncated);
    }
  }
}

TEST_CASE("random bytes in a file never crash the decoders, and nothing is printed") {
  DecodeLimits limits;
  limits.max_pixels = 1'000'000;
  constexpr std::uint32_t kMutationsOfEach = 400;
  int wrong_sizes = 0;
  int odd_stages = 0;
  CaughtOutput output;
  for (const Fixture& fixture : fixtures()) {
    for (std::uint32_t i = 0; i < kMutationsOfEach; ++i) {
      const auto bytes = mutated(fixture.bytes, i);
      const Result<ImageInfo> info = probe(bytes);
      const Result<Image> image = decode(bytes, limits);
      if (!image && image.error().stage != RejectStage::kDecode) ++odd_stages;
      if (image && (!info || image.value().size() != info.value().size)) ++wrong_sizes;
    }
  }
  const std::string printed = output.finish();
  CHECK(printed == "");
  CHECK(wrong_sizes == 0);
  CHECK(odd_stages == 0);
}

TEST_CASE("damaged EXIF data means: as it is") {
  auto bytes = fixture_bytes("orientation6.jpg");
  const std::string_view mark("Exif\0\0", 6);
  const auto start = std::search(bytes.begin(), bytes.end(), mark.begin(), mark.end());
  REQUIRE(start != bytes.end());
  const std::string_view tag("\x01\x12", 2);  // big-endian, as Pillow writes it
  const auto entry = std::search(start, bytes.end(), tag.begin(), tag.end());
  REQUIRE(entry != bytes.end());
  const auto value = entry + 9;
  REQUIRE(*value == 6);
  const Size stored = {17, 9};
  for (const int wrong : {0, 9, 255}) {
    *value = static_cast<std::uint8_t>(wrong);
    CHECK(probe(bytes).value().size == stored);
    CHECK(decode(bytes, {}).value().size() == stored);
  }
  *value = 6;
  CHECK(probe(bytes).value().size == Size{9, 17});
  entry[3] = 2;  // a text instead of a number
  CHECK(probe(bytes).value().size == stored);
  entry[3] = 3;
  start[12] = 0xFF;  // the directory lies far outside
  CHECK(probe(bytes).value().size == stored);
}

TEST_CASE("recoverable oddities of a JPEG are counted and the image is kept") {
  auto bytes = fixture_bytes("grey.jpg");
  // Stray bytes between two markers, right after the first.
  const ByteBuffer stray = {0x11, 0x22, 0x33};
  const std::size_t first_length = bytes[4] * 256U + bytes[5];
  bytes.insert(bytes.begin() + 4 + static_cast<std::ptrdiff_t>(first_length), stray.begin(),
               stray.end());
  DecodeNotes notes;
  const auto image = decode(bytes, {}, std::nullopt, &notes);
  REQUIRE(image);
  CHECK(notes.warnings == 1);
}

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/image_io/decode.hpp>

#include "fixtures.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

TEST_CASE("every format decodes to the upright pixels that Pillow gives") {
  REQUIRE(fixtures().size() >= 70);
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.name);
    DecodeNotes notes;
    const Result<Image> image = decode(fixture.bytes, {}, std::nullopt, &notes);
    if (!image) FAIL_CHECK(image.error().message);
    if (!image) continue;
    CHECK(notes.warnings == 0);
    const bool same_size = image.value().size() == fixture.expected.size();
    CHECK(same_size);
    if (!same_size) continue;
    CHECK(largest_difference(image.value().view(), fixture.expected.view()) <= fixture.tolerance);
  }
}

TEST_CASE("probe tells format and upright size, from memory and from a file") {
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.name);
    const auto info = probe(fixture.bytes);
    REQUIRE(info);
    CHECK(info.value().size == fixture.expected.size());
    const auto from_file = probe_file(fixture_path(fixture.name).string());
    REQUIRE(from_file);
    CHECK(from_file.value().size == fixture.expected.size());
    CHECK(from_file.value().format == info.value().format);
  }
  CHECK(probe(fixture_bytes("rgb.png")).value().format == ImageFormat::kPng);
  CHECK(probe(fixture_bytes("p4.pbm")).value().format == ImageFormat::kPnm);
  CHECK(probe(fixture_bytes("bigtiff.tif")).value().format == ImageFormat::kTiff);
  CHECK(probe(fixture_bytes("rle8.bmp")).value().format == ImageFormat::kBmp);
  CHECK(probe(fixture_bytes("lossy.webp")).value().format == ImageFormat::kWebp);
  CHECK(probe(fixture_bytes("cmyk.jpg")).value().format == ImageFormat::kJpeg);
}

TEST_CASE("decoding gives the same on several threads at once") {
  std::atomic<int> differences = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (const Fixture& fixture : fixtures()) {
        const Result<Image> image = decode(fixture.bytes, {});
        const Result<Image> cut =
            decode(std::span(fixture.bytes).first(fixture.bytes.size() / 2), {});
        if (!image || image.value().size() != fixture.expected.size() || cut ||
            largest_difference(image.value().view(), fixture.expected.view()) > fixture.tolerance) {
          ++differences;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(differences == 0);
}

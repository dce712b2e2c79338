#include "../../../src/image_io/decode_turn.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>

#include "fixtures.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using image_io::DecodeTurn;

namespace {

// The budget for the length of a test.
class Budget {
 public:
  explicit Budget(std::uint64_t bytes) { set_decode_memory(bytes); }
  ~Budget() { set_decode_memory(std::uint64_t{1} << 30U); }
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;
};

// What several threads hold, with the most of it.
class Held {
 public:
  void add(std::uint64_t bytes) {
    const std::uint64_t now = now_ += bytes;
    std::uint64_t most = most_;
    while (most < now && !most_.compare_exchange_weak(most, now)) {
    }
  }
  void remove(std::uint64_t bytes) { now_ -= bytes; }
  [[nodiscard]] std::uint64_t most() const { return most_; }

 private:
  std::atomic<std::uint64_t> now_{0};
  std::atomic<std::uint64_t> most_{0};
};

// Each thread takes turns of its own size again and again; all must come to their end.
std::uint64_t most_held(const std::vector<std::uint64_t>& sizes) {
  Held held;
  std::vector<std::thread> threads;
  for (const std::uint64_t size : sizes) {
    threads.emplace_back([&held, size] {
      for (int i = 0; i < 300; ++i) {
        const DecodeTurn turn(size);
        held.add(size);
        if (i % 16 == 0) std::this_thread::yield();
        held.remove(size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return held.most();
}

}  // namespace

TEST_CASE("all turns together hold no more than the budget, and nobody waits for ever") {
  const Budget budget(1000);
  CHECK(most_held({10, 10, 10, 10, 999, 999, 400, 600}) <= 1000);
}

TEST_CASE("who needs more than the whole budget runs alone") {
  const Budget budget(1000);
  CHECK(most_held({5000, 5000, 5000}) == 5000);
  CHECK(most_held({5000, 1, 1, 1, 1}) == 5000);
}

TEST_CASE("with a budget of nothing all run one by one") {
  const Budget budget(0);
  CHECK(most_held({10, 10, 10, 10}) == 10);
}

TEST_CASE("the cost of a file is known from its header, for each kind of codec") {
  const auto cost = [](const char* name, std::optional<Size> size = std::nullopt) {
    const std::string path = test::fixture_path(name).string();
    LoadOptions options;
    options.size = size;
    const LoadCost found = load_cost(path, options).value();
    return static_cast<std::int64_t>(found.bytes) -
           static_cast<std::int64_t>(test::fixture_bytes(name).size());
  };
  const auto pixels = [](const char* name) {
    return probe_file(test::fixture_path(name).string()).value().size.pixels();
  };
  // Three rows of 17 pixels, two of them as they are stored.
  CHECK(cost("rgb.png") == 3 * pixels("rgb.png") + 3 * 17 * 3);
  CHECK(cost("rgb16.png") == 3 * pixels("rgb16.png") + 2 * 17 * 6 + 17 * 3);
  CHECK(cost("lossless.webp") == 3 * pixels("lossless.webp") + pixels("lossless.webp") * 17 / 4);
  CHECK(cost("lossy.webp") == 3 * pixels("lossy.webp"));
  CHECK(cost("rgb24.bmp") == 6 * pixels("rgb24.bmp"));
  // The coefficients of the whole image are kept for more scans than one.
  CHECK(cost("progressive.jpg") >= (3 + 3) * pixels("progressive.jpg"));
  CHECK(cost("strips.tif") >= 3 * pixels("strips.tif"));
}

TEST_CASE("a JPEG that is decoded at a reduced scale costs less") {
  Image picture({1600, 1200});
  std::fill(picture.span().begin(), picture.span().end(), std::uint8_t{90});
  ByteBuffer bytes;
  encode_image(picture.view(), {ImageFormat::kJpeg, 90}, bytes);
  const test::TemporaryFolder folder;
  const std::string path = folder.write("a.jpg", bytes);
  LoadOptions options;
  const auto whole = load_cost(path, options).value().bytes;
  CHECK(whole >= bytes.size() + picture.view().bytes());
  CHECK(whole < bytes.size() + picture.view().bytes() * 5 / 4);
  options.size = Size{32, 32};
  CHECK(load_cost(path, options).value().bytes < whole / 4);
}

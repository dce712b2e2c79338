// What only the stand-in of CUDA can show: what happens when memory runs out or the device is lost,
// what is never given back, mini-batches of several threads, several devices.
#include "host_engine.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>

#include "cuda_module.hpp"
#include "cuda_runtime.h"
#include "host_cuda.hpp"
#include "support/fixture.hpp"
#include "support/whole_batch.hpp"

using namespace guidedmixup;

namespace {

// The stand-in as it was, at the end of a test case.
struct Restored {
  host_cuda::Settings before = host_cuda::settings();
  Restored() = default;
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
  ~Restored() { host_cuda::set(before); }
};

std::vector<Method> two_methods() { return {parse_method("guided-sr"), parse_method("cutmix")}; }

std::vector<SharedImage> noise(Size size, int count) {
  std::vector<Image> images;
  for (int k = 0; k < count; ++k) {
    images.push_back(test::noise_image(size, static_cast<std::uint32_t>(k)));
  }
  return share(std::move(images));
}

// The outputs of both methods, one after the other.
std::vector<MixedImage> mix_both(const PreparedBatch& batch) {
  std::vector<int> partners;
  for (int k = 0; k < batch.count(); ++k) {
    partners.push_back((k + 1) % batch.count());
  }
  auto outputs = test::mix_all(batch, 0, partners, {});
  for (MixedImage& mixed : test::mix_all(batch, 1, partners, {})) {
    outputs.push_back(std::move(mixed));
  }
  return outputs;
}

std::vector<MixedImage> work(const Engine& engine, const std::vector<SharedImage>& images) {
  return mix_both(*test::prepare_images(engine, images, 2));
}

bool are_equal(const std::vector<MixedImage>& a, const std::vector<MixedImage>& b) {
  return std::ranges::equal(a, b, [](const MixedImage& x, const MixedImage& y) {
    return std::ranges::equal(x.pixels.span(), y.pixels.span()) &&
           x.sources[0].weight == y.sources[0].weight;
  });
}

__global__ void write_one(int* value) { *value = 1; }

}  // namespace

TEST_CASE("all memory, streams, events and plans are given back") {
  const std::size_t before = host_cuda::live_things();
  {
    const auto engine = test::make_host_engine(0, two_methods(), {20, 15});
    (void)work(*engine, noise({20, 15}, 5));
    CHECK(host_cuda::live_things() > before);
  }
  CHECK(host_cuda::live_things() == before);
}

TEST_CASE("the second mini-batch takes nothing new from the device") {
  const auto engine = test::make_host_engine(0, two_methods(), {20, 15});
  const auto images = noise({20, 15}, 5);
  (void)work(*engine, images);
  const std::size_t before = host_cuda::taken_things();
  (void)work(*engine, images);
  // Nor does the last one of a round, which may have two images more.
  (void)work(*engine, noise({20, 15}, 7));
  CHECK(host_cuda::taken_things() == before);
}

TEST_CASE("full memory: the message names a batch size, and that one fits") {
  const Restored restored;
  const Size size{64, 64};
  host_cuda::Settings settings;
  settings.memory = std::size_t{14} << 20U;
  host_cuda::set(settings);
  const std::size_t before = host_cuda::live_things();
  {
    const auto engine = test::make_host_engine(0, two_methods(), size);
    std::string message;
    try {
      (void)work(*engine, noise(size, 64));
    } catch (const RunError& error) {
      message = error.what();
    }
    CAPTURE(message);
    CHECK(message.find("no room on the device for another mini-batch of 64 images") !=
          std::string::npos);
    const std::string option = "--batch-size ";
    const auto at = message.find(option);
    REQUIRE(at != std::string::npos);
    const int fits = std::stoi(message.substr(at + option.size()));
    CHECK(fits >= 2);
    CHECK(fits < 64);
    const auto fitting = noise(size, fits);
    CHECK(work(*engine, fitting).size() == 2 * fitting.size());
  }
  CHECK(host_cuda::live_things() == before);
}

TEST_CASE("memory that holds nothing: the message says what else helps") {
  const Restored restored;
  host_cuda::Settings settings;
  settings.memory = std::size_t{100} << 10U;
  host_cuda::set(settings);
  const auto engine = test::make_host_engine(0, two_methods(), {64, 64});
  CHECK_THROWS_WITH_AS((void)work(*engine, noise({64, 64}, 4)),
                       doctest::Contains("try a smaller --size, or --device cpu"), RunError);
}

TEST_CASE("a device lost at any call ends the work with an error, and nothing is kept") {
  const Restored restored;
  const Size size{9, 8};
  const auto images = noise(size, 4);
  host_cuda::set({});
  (void)work(*test::make_host_engine(0, two_methods(), size), images);
  const std::uint64_t calls = host_cuda::calls();
  REQUIRE(calls > 50);
  const std::size_t before = host_cuda::live_things();
  std::uint64_t errors = 0;
  for (std::uint64_t lost_after = 0; lost_after < calls; ++lost_after) {
    host_cuda::Settings settings;
    settings.lost_after = lost_after;
    host_cuda::set(settings);
    try {
      (void)work(*test::make_host_engine(0, two_methods(), size), images);
    } catch (const RunError& error) {
      ++errors;
      CHECK(std::string(error.what()).find("the cuda engine: ") != std::string::npos);
    }
    CHECK(host_cuda::live_things() == before);
  }
  // The last call of all only makes sure that the stream has ended, whatever came of it.
  CHECK(errors >= calls - 1);
}

TEST_CASE("mini-batches of several threads give what they give alone") {
  const Size size{32, 20};
  const auto engine = test::make_host_engine(0, two_methods(), size, tbb_parallel_for());
  constexpr int kThreads = 4;
  std::vector<std::vector<SharedImage>> batches;
  std::vector<std::vector<MixedImage>> alone;
  for (int t = 0; t < kThreads; ++t) {
    batches.push_back(noise(size, 5 + 3 * t));
    alone.push_back(work(*engine, batches.back()));
  }
  std::atomic<int> equal{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int turn = 0; turn < 3; ++turn) {
        equal += are_equal(work(*engine, batches[t]), alone[t]) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(equal == 3 * kThreads);
}

TEST_CASE("a mini-batch of more images than blocks go along a short axis") {
  const Size size{1, 1};
  const std::vector<Method> methods{parse_method("mixup")};
  const auto engine = test::make_host_engine(0, methods, size);
  const auto images = noise(size, 66000);
  const auto batch = test::prepare_images(*engine, images);
  std::vector<int> partners(images.size());
  std::iota(partners.begin(), partners.end(), 1);
  partners.back() = 0;
  const auto outputs = test::mix_all(*batch, 0, partners, {});
  const auto lambda = static_cast<double>(outputs[0].sources[0].weight);
  for (const std::size_t k : {std::size_t{0}, std::size_t{65535}, std::size_t{65536}}) {
    const double mixed = lambda * images[k]->span()[0] + (1 - lambda) * images[k + 1]->span()[0];
    CHECK(std::abs(outputs[k].pixels.span()[0] - mixed) <= 0.51);
  }
}

TEST_CASE("engines on two devices work side by side") {
  const Restored restored;
  host_cuda::Settings settings;
  settings.devices = 2;
  host_cuda::set(settings);
  const Size size{16, 12};
  const auto images = noise(size, 4);
  const auto first = test::make_host_engine(0, two_methods(), size, tbb_parallel_for());
  const auto second = test::make_host_engine(1, two_methods(), size, tbb_parallel_for());
  const auto expected = work(*first, images);
  CHECK(are_equal(work(*second, images), expected));
  CHECK(are_equal(work(*first, images), expected));
  // Turn by turn on one thread, which CUDA keeps on the device that it named last.
  const auto one = test::prepare_images(*first, images, 2);
  const auto other = test::prepare_images(*second, images, 2);
  CHECK(are_equal(mix_both(*one), expected));
  CHECK(are_equal(mix_both(*other), expected));
  // On threads that have not named a device before, which then is the first one.
  const auto on_new_threads = [](int count, const std::function<void(int)>& piece) {
    for (int i = 0; i < count; ++i) std::thread([&] { piece(i); }).join();
  };
  const auto third = test::make_host_engine(1, two_methods(), size, on_new_threads);
  CHECK(are_equal(work(*third, images), expected));
  CHECK_THROWS_AS((void)test::make_host_engine(2, two_methods(), size), RunError);
}

TEST_CASE("the stand-in does nothing before it is waited for, and refuses what a device refuses") {
  const Restored restored;
  host_cuda::Settings settings;
  settings.devices = 2;
  host_cuda::set(settings);
  REQUIRE(cudaSetDevice(0) == cudaSuccess);
  cudaStream_t stream = nullptr;
  REQUIRE(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) == cudaSuccess);
  void* memory = nullptr;
  REQUIRE(cudaMalloc(&memory, sizeof(int)) == cudaSuccess);
  auto* device = static_cast<int*>(memory);
  int value = 0;
  cudaLaunchConfig_t config;
  config.stream = stream;
  CHECK(cudaLaunchKernelEx(&config, write_one, device) == cudaSuccess);
  CHECK(cudaMemcpyAsync(&value, device, sizeof value, cudaMemcpyDeviceToHost, stream) ==
        cudaSuccess);
  CHECK(value == 0);
  CHECK(cudaStreamSynchronize(stream) == cudaSuccess);
  CHECK(value == 1);
  // Beyond the array, the wrong way round, an empty grid, another device's stream.
  CHECK(cudaMemcpyAsync(&value, device, 2 * sizeof value, cudaMemcpyDeviceToHost, stream) ==
        cudaErrorInvalidValue);
  CHECK(cudaMemcpyAsync(&value, device, sizeof value, cudaMemcpyHostToDevice, stream) ==
        cudaErrorInvalidValue);
  config.gridDim.x = 0;
  CHECK(cudaLaunchKernelEx(&config, write_one, device) == cudaErrorInvalidConfiguration);
  config.gridDim.x = 1;
  REQUIRE(cudaSetDevice(1) == cudaSuccess);
  CHECK(cudaLaunchKernelEx(&config, write_one, device) == cudaErrorInvalidResourceHandle);
  REQUIRE(cudaSetDevice(0) == cudaSuccess);
  CHECK(cudaFree(memory) == cudaSuccess);
  CHECK(cudaFree(memory) == cudaErrorInvalidValue);
  CHECK(cudaStreamDestroy(stream) == cudaSuccess);
}

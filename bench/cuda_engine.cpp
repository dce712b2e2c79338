// What the CUDA engine takes between decoding and encoding, transfers included, with several
// mini-batches in flight; the pairing walk on the host is included as well.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

constexpr int kInFlight = 4;
constexpr int kImages = 16384;  // of a measurement, at least two mini-batches a thread
constexpr int kQuickImages = 64;

// Microseconds an image.
double measure(const Engine& engine, const Method& method, const std::vector<SharedImage>& images,
               int least) {
  const int batch_size = static_cast<int>(images.size());
  const int batches = std::max(2 * kInFlight, least / batch_size);
  std::atomic<int> next{0};
  std::atomic<int> end{kInFlight};      // the first turn only makes the buffers
  std::atomic<std::uint64_t> bytes{0};  // so that outputs are looked at
  const int methods[] = {0};
  const auto work = [&] {
    for (int b = next++; b < end; b = next++) {
      const auto batch = engine.prepare({batch_size, methods},
                                        [&](int i) { return BatchSample{.image = images[i]}; });
      const auto partners = method.pairing.info->make(method.pairing.values)
                                ->pair({batch->count(), batch->distances(0), {}});
      const auto mixed = batch->mix(0, partners, {});
      for (int k = 0; k < batch->count(); ++k) bytes += mixed->output(k).pixels.span()[0];
    }
  };
  const auto run_all = [&] {
    std::vector<std::thread> threads;
    for (int t = 0; t < kInFlight; ++t) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
  };
  run_all();
  next = 0;
  end = batches;
  const auto start = std::chrono::steady_clock::now();
  run_all();
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / (static_cast<double>(batches) * batch_size);
}

// `quick`: a few small mini-batches, to see that everything works.
int run(bool quick) {
  std::string device;
  for (const EngineStatus& engine : engine_statuses()) {
    if (engine.name == "cuda" && engine.usable) device = engine.detail;
  }
  if (device.empty()) {
    std::printf("SKIPPED: the cuda engine is not usable here\n");
    return 77;
  }
  std::printf("%s; %d mini-batches in flight; microseconds an image\n\n", device.c_str(),
              kInFlight);
  std::printf("| method | size | M | cuda | cpu, %d threads |\n", kInFlight);
  std::printf("| ------ | ---: | -: | ---: | ---: |\n");
  for (const char* name : {"guided-sr", "mixup"}) {
    for (const int side : quick ? std::vector{32} : std::vector{32, 224}) {
      for (const int batch_size : quick ? std::vector{4} : std::vector{16, 64, 512, 1024}) {
        const std::vector<Method> methods{parse_method(name)};
        const Size size{side, side};
        std::vector<SharedImage> images;
        for (int i = 0; i < batch_size; ++i) {
          images.push_back(std::make_shared<const Image>(bench::picture(size, i)));
        }
        const MethodSet set(methods, size);
        const auto cuda = make_engine({.kind = Device::Kind::kCuda}, set, serial_for);
        const auto cpu = make_engine({}, set, serial_for);
        std::printf("| %s | %d | %d | %.2f | %.2f |\n", name, side, batch_size,
                    measure(*cuda, methods[0], images, quick ? kQuickImages : kImages),
                    measure(*cpu, methods[0], images, quick ? kQuickImages : kImages));
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace guidedmixup

int main(int argc, char** argv) {
  try {
    return guidedmixup::run(argc > 1 && std::string(argv[1]) == "--quick");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

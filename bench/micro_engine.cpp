// A mini-batch through the CPU engine on one thread, for each image of it.
#include <numeric>

#include <benchmark/benchmark.h>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

Size square(std::int64_t side) { return {static_cast<int>(side), static_cast<int>(side)}; }

// Arguments: M, side.
void prepare(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const Size size = square(state.range(1));
  const std::vector<Method> methods{parse_method("guided-sr")};
  const MethodSet set(methods, size);
  const auto engine = make_cpu_engine(set, serial_for);
  const std::vector<SharedImage> images = share(bench::pictures(size, count));
  const int method = 0;
  while (state.KeepRunningBatch(count)) {
    benchmark::DoNotOptimize(engine->prepare(
        {count, std::span(&method, 1)}, [&](int i) { return BatchSample{.image = images[i]}; }));
  }
}

void mix(benchmark::State& state, const char* typed) {
  const int count = static_cast<int>(state.range(0));
  const Size size = square(state.range(1));
  const std::vector<Method> methods{parse_method(typed)};
  const MethodSet set(methods, size);
  const auto engine = make_cpu_engine(set, serial_for);
  const std::vector<SharedImage> images = share(bench::pictures(size, count));
  const int method = 0;
  const auto batch = engine->prepare({count, std::span(&method, 1)},
                                     [&](int i) { return BatchSample{.image = images[i]}; });
  std::vector<int> partners(count);
  for (int i = 0; i < count; ++i) partners[i] = (i + 1) % count;
  while (state.KeepRunningBatch(count)) {
    const auto mixed = batch->mix(method, partners, {});
    for (int k = 0; k < count; ++k) benchmark::DoNotOptimize(mixed->output(k));
  }
}

BENCHMARK(prepare)
    ->Args({64, 32})
    ->Args({64, 224})
    ->Args({512, 224})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(mix, guided_sr, "guided-sr")
    ->Args({64, 32})
    ->Args({64, 224})
    ->Args({512, 224})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace guidedmixup

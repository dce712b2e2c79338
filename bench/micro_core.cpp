// Random numbers, and what becomes of a map after it was detected.
#include <benchmark/benchmark.h>

#include <guidedmixup/core/random.hpp>
#include <guidedmixup/core/saliency_map.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

void philox_block(benchmark::State& state) {
  std::uint32_t counter = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(philox4x32({counter++, 0, 0, 0}, {1, 2}));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * 16);
}
BENCHMARK(philox_block);

void beta_draw(benchmark::State& state) {
  DrawStream draws({1, 0, 0, 0, Purpose{3}});
  for (auto _ : state) benchmark::DoNotOptimize(draws.beta(0.2));
}
BENCHMARK(beta_draw);

// The order of one round: what planning costs for each sample.
void permutation(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    DrawStream draws({1, 0, 0, kWholeBatch, Purpose{0}});
    benchmark::DoNotOptimize(draws.permutation(count));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
}
BENCHMARK(permutation)->Arg(2'500)->Arg(25'000)->Arg(250'000)->Unit(benchmark::kMicrosecond);

std::vector<float> ramp(Size grid) {
  std::vector<float> values(static_cast<std::size_t>(grid.pixels()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 97);
  return values;
}

void normalise_map(benchmark::State& state) {
  const Size grid{128, 128};
  const auto geometry = std::make_shared<MapGeometry>(grid, bench::kOutput);
  const std::vector<float> raw = ramp(grid);
  for (auto _ : state) benchmark::DoNotOptimize(SaliencyMap(geometry, raw));
}
BENCHMARK(normalise_map)->Unit(benchmark::kMicrosecond);

void full_map(benchmark::State& state) {
  const Size grid{128, 128};
  const SaliencyMap map(std::make_shared<MapGeometry>(grid, bench::kOutput), ramp(grid));
  for (auto _ : state) benchmark::DoNotOptimize(map.full_values());
}
BENCHMARK(full_map)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace guidedmixup

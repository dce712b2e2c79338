// Distances and partners of a mini-batch of M images.
#include <benchmark/benchmark.h>

#include <guidedmixup/pairing/distance_matrix.hpp>
#include <guidedmixup/pairing/pairing.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

constexpr Size kGrid{128, 128};

std::vector<float> random_values(std::size_t count, std::uint32_t slot) {
  DrawStream draws({1, 0, 0, slot, Purpose{0}});
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draws.uniform());
  return values;
}

std::vector<SharedValues> random_vectors(int count, std::size_t length) {
  std::vector<SharedValues> vectors;
  for (int i = 0; i < count; ++i) {
    const std::vector<float> values = random_values(length, static_cast<std::uint32_t>(i));
    vectors.push_back(std::make_shared<FloatBuffer>(values.begin(), values.end()));
  }
  return vectors;
}

void fill(const std::vector<SharedValues>& vectors, DistanceMatrix& matrix) {
  const int blocks = (matrix.count() + kDistanceBlock - 1) / kDistanceBlock;
  for (int row = 0; row < blocks; ++row) {
    for (int column = row; column < blocks; ++column) {
      fill_distance_block(vectors, row, column, matrix);
    }
  }
}

void factor(benchmark::State& state) {
  const MapGeometry geometry(kGrid, bench::kOutput);
  for (auto _ : state) benchmark::DoNotOptimize(DistanceVectors(geometry));
}
BENCHMARK(factor)->Unit(benchmark::kMicrosecond);

void vector_of(benchmark::State& state) {
  const auto geometry = std::make_shared<MapGeometry>(kGrid, bench::kOutput);
  const SaliencyMap map(geometry, random_values(static_cast<std::size_t>(kGrid.pixels()), 0));
  const DistanceVectors vectors(*geometry);
  for (auto _ : state) benchmark::DoNotOptimize(vectors.vector_of(map));
}
BENCHMARK(vector_of)->Unit(benchmark::kMicrosecond);

// Arguments: M, side of the grid.
void distance_matrix(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const auto length = static_cast<std::size_t>(state.range(1) * state.range(1));
  const auto vectors = random_vectors(count, length);
  DistanceMatrix matrix(count);
  for (auto _ : state) fill(vectors, matrix);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
}
BENCHMARK(distance_matrix)
    ->Args({64, 32})
    ->Args({16, 128})
    ->Args({64, 128})
    ->Args({512, 128})
    ->Args({1024, 128})
    ->Unit(benchmark::kMillisecond);

void pair(benchmark::State& state, const char* name) {
  const int count = static_cast<int>(state.range(0));
  const PairingInfo& info = *find_pairing(name);
  const auto pairing = info.make(ParameterValues(info.parameters));
  DistanceMatrix matrix(count);
  fill(random_vectors(count, 64), matrix);
  const PairingInput input{count, &matrix, {}};
  for (auto _ : state) benchmark::DoNotOptimize(pairing->pair(input));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
}
BENCHMARK_CAPTURE(pair, greedy, "greedy")
    ->Arg(64)
    ->Arg(512)
    ->Arg(1024)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(pair, random, "random")->Arg(64)->Arg(1024)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace guidedmixup

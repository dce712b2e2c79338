// Mixing one pair of 224 x 224: a mini-batch of two makes two outputs, and the figure is for one.
#include <array>

#include <benchmark/benchmark.h>

#include <guidedmixup/mixing/mixing.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

constexpr int kImages = 2;

SaliencyMap map_of(const std::shared_ptr<const MapGeometry>& geometry, std::uint32_t slot) {
  DrawStream draws({1, 0, 0, slot, Purpose{0}});
  std::vector<float> raw(static_cast<std::size_t>(geometry->grid.pixels()));
  for (float& value : raw) value = static_cast<float>(draws.uniform());
  return {geometry, std::move(raw)};
}

void mix(benchmark::State& state, const char* name, Size size, Size grid) {
  const MixingInfo& info = *find_mixing(name);
  const auto mixing = info.make(ParameterValues(info.parameters));
  const std::vector<Image> images = bench::pictures(size, kImages);
  std::vector<BatchSample> samples;
  for (const Image& image : images) samples.push_back({.image = share(image)});
  const auto geometry = std::make_shared<MapGeometry>(grid, size);
  const std::array<SaliencyMap, kImages> maps{map_of(geometry, 0), map_of(geometry, 1)};
  const std::array<int, kImages> partners{1, 0};
  const auto map = [&](int k) -> const SaliencyMap& { return maps[k]; };
  const MixingInput input{.samples = samples, .partners = partners, .size = size, .map = map};
  const RecipeImages inputs{.image = [&](int k) { return images[k].view(); }, .map = map};
  // KeepRunningBatch counts outputs, not mini-batches.
  while (state.KeepRunningBatch(kImages)) {
    const RecipeOf recipe_of = mixing->decide(input);
    for (int k = 0; k < kImages; ++k) {
      benchmark::DoNotOptimize(execute(recipe_of(k), inputs));
    }
  }
}

BENCHMARK_CAPTURE(mix, guided_224, "guided", bench::kOutput, Size{128, 128})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(mix, guided_32, "guided", bench::kSmall, bench::kSmall)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(mix, input_224, "input", bench::kOutput, Size{128, 128})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(mix, box_224, "box", bench::kOutput, Size{128, 128})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace guidedmixup

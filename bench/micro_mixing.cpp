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
  const std::vector<ImageView> views = bench::views_of(images);
  const auto geometry = std::make_shared<MapGeometry>(grid, size);
  const std::array<SaliencyMap, kImages> maps{map_of(geometry, 0), map_of(geometry, 1)};
  const std::array<int, kImages> partners{1, 0};
  const std::array<std::uint32_t, kImages> slots{0, 1};
  const MixingInput input{views, maps, partners, slots, {}};
  // KeepRunningBatch counts outputs, not mini-batches.
  while (state.KeepRunningBatch(kImages)) {
    mixing->mix(input, serial_for,
                [](int, const MixedImage& mixed) { benchmark::DoNotOptimize(mixed); });
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

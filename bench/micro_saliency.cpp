// The spectral residual step by step, and whole detectors.
#include <benchmark/benchmark.h>

#include <guidedmixup/saliency/detector.hpp>
#include <guidedmixup/saliency/gaussian_blur.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

Size square(std::int64_t side) { return {static_cast<int>(side), static_cast<int>(side)}; }

void grey(benchmark::State& state) {
  const Size size = square(state.range(0));
  const Image image = bench::picture(size, 1);
  std::vector<float> levels;
  for (auto _ : state) grey_on_grid(image.view(), spectral_grid(size), levels);
}
BENCHMARK(grey)->Arg(32)->Arg(224)->Unit(benchmark::kMicrosecond);

void residual(benchmark::State& state) {
  const Size grid = square(state.range(0));
  std::vector<float> levels;
  grey_on_grid(bench::picture(grid, 1).view(), grid, levels);
  SpectralResidual transform(grid);
  std::vector<float> map;
  for (auto _ : state) transform.residual(levels, map);
}
BENCHMARK(residual)->Arg(32)->Arg(64)->Arg(128)->Unit(benchmark::kMicrosecond);

void blur(benchmark::State& state) {
  const Size grid = square(state.range(0));
  const GaussianBlur gaussian(7, 3.0F);
  std::vector<float> scratch;
  std::vector<float> map;
  grey_on_grid(bench::picture(grid, 1).view(), grid, map);
  for (auto _ : state) gaussian.apply(map, grid, scratch);
}
BENCHMARK(blur)->Arg(32)->Arg(128)->Arg(224)->Unit(benchmark::kMicrosecond);

void detect(benchmark::State& state, const char* saliency, const char* blur) {
  const Size size = square(state.range(0));
  const SaliencyInfo& info = *find_saliency(saliency);
  ParameterValues values(info.parameters);
  if (blur != nullptr) values.set("blur", std::string(blur));
  const auto detector = info.make(values, size);
  const auto worker = detector->make_worker();
  const BatchSample sample{.image = share(bench::picture(size, 1))};
  for (auto _ : state) benchmark::DoNotOptimize(detect_one(*worker, sample));
}
BENCHMARK_CAPTURE(detect, blur_grid, "spectral-residual", "grid")
    ->Arg(32)
    ->Arg(224)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(detect, blur_both, "spectral-residual", "both")
    ->Arg(224)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(detect, fine_grained, "fine-grained", nullptr)
    ->Arg(32)
    ->Arg(224)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace guidedmixup

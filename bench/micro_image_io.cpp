// Decoding, resizing and encoding: the floor that no augmenter can avoid.
#include <benchmark/benchmark.h>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/image_io/resize.hpp>

#include "support/pictures.hpp"

namespace guidedmixup {
namespace {

using bench::kOutput;
using bench::kPhotograph;
using bench::kSmall;

int default_quality(ImageFormat format) { return format == ImageFormat::kWebp ? 90 : 95; }

// Stops the benchmark when the picture could not be decoded, lest an error look fast.
template <typename T>
bool usable(benchmark::State& state, const Result<T>& result) {
  if (!result.ok()) state.SkipWithError(result.error().message.c_str());
  return result.ok();
}

void count_output(benchmark::State& state, Size size, std::size_t bytes) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  state.counters["bytes_a_pixel"] = static_cast<double>(bytes) / static_cast<double>(size.pixels());
}

void encode(benchmark::State& state, Size size, ImageFormat format) {
  const Image image = bench::picture(size, 1);
  ByteBuffer bytes;
  for (auto _ : state) encode_image(image.view(), {format, default_quality(format)}, bytes);
  count_output(state, size, bytes.size());
}

void decode_file(benchmark::State& state, Size size, ImageFormat format) {
  ByteBuffer bytes;
  encode_image(bench::picture(size, 1).view(), {format, default_quality(format)}, bytes);
  for (auto _ : state) {
    const auto image = decode(bytes, {});
    if (!usable(state, image)) return;
  }
  count_output(state, size, bytes.size());
}

void probe_header(benchmark::State& state, Size size, ImageFormat format) {
  ByteBuffer bytes;
  encode_image(bench::picture(size, 1).view(), {format, default_quality(format)}, bytes);
  for (auto _ : state) {
    const auto info = probe(bytes);
    if (!usable(state, info)) return;
  }
}

void resize(benchmark::State& state, Size from) {
  const Image image = bench::picture(from, 1);
  for (auto _ : state) benchmark::DoNotOptimize(resize_bilinear(image.view(), kOutput));
}

// As the program resizes: the shorter side scaled, the middle cropped.
void fit_cover(benchmark::State& state) {
  const Image image = bench::picture(kPhotograph, 1);
  for (auto _ : state) benchmark::DoNotOptimize(fit_image(image.view(), kOutput, Fit::kCover));
}

BENCHMARK_CAPTURE(decode_file, jpg_500x375, kPhotograph, ImageFormat::kJpeg)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode_file, png_500x375, kPhotograph, ImageFormat::kPng)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode_file, webp_500x375, kPhotograph, ImageFormat::kWebp)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode_file, png_32, kSmall, ImageFormat::kPng)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(probe_header, jpg_500x375, kPhotograph, ImageFormat::kJpeg)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(probe_header, png_32, kSmall, ImageFormat::kPng)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(resize, from_500x375, kPhotograph)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(resize, from_2000x1500, Size{2000, 1500})->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(resize, from_128, Size{128, 128})->Unit(benchmark::kMicrosecond);
BENCHMARK(fit_cover)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(encode, jpg_224, kOutput, ImageFormat::kJpeg)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(encode, png_224, kOutput, ImageFormat::kPng)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(encode, webp_224, kOutput, ImageFormat::kWebp)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(encode, png_32, kSmall, ImageFormat::kPng)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(encode, jpg_32, kSmall, ImageFormat::kJpeg)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace guidedmixup

/// How much of a run is in memory at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/method/method_set.hpp>
#include <guidedmixup/mixing/mixing.hpp>

namespace guidedmixup {

/// Enough mini-batches that every thread has images to work on while another batch is being paired
/// or published; never fewer than 2.
[[nodiscard]] inline int batches_in_flight(int threads, std::uint32_t batch_size) {
  const int needed = 2 * threads / static_cast<int>(batch_size);
  return std::max(2, needed + 1);
}

/// How many of them hold images at the same time: one thread works on one until it is done.
[[nodiscard]] inline std::uint64_t batches_at_once(int threads, std::uint32_t batch_size) {
  return threads == 1 ? 1 : static_cast<unsigned>(batches_in_flight(threads, batch_size));
}

// Fitted to measured peaks, with code, libraries and the empty heap.
inline constexpr std::uint64_t kProgramBytes = 8'700'000;
inline constexpr std::uint64_t kSampleBytes = 150;  // of the listing

/// Bytes at the end of a run, when its mini-batches have gone: a number for the pair of each output
/// of one method.
[[nodiscard]] inline std::uint64_t finish_bytes(std::uint64_t samples, std::uint64_t outputs) {
  return kProgramBytes + samples * kSampleBytes + outputs * sizeof(std::uint64_t);
}

/// Of the mixing that takes most: the methods of a mini-batch mix one after the other.
[[nodiscard]] inline std::uint64_t deciding_bytes(const MethodSet& methods) {
  int most = 0;
  for (int m = 0; m < methods.count(); ++m) {
    most = std::max(most, methods.method(m).mixing.info->deciding_bytes);
  }
  return static_cast<std::uint64_t>(most);
}

/// Bytes that a whole run of `batch_size` images a mini-batch takes on the CPU, beside what
/// decoding takes. The constants were measured; tests/campaign/memory.py compares the estimate with
/// runs.
[[nodiscard]] inline std::uint64_t run_bytes(Size size, std::uint32_t batch_size, int threads,
                                             std::uint64_t samples, const MethodSet& methods,
                                             const Engine& engine) {
  constexpr std::uint64_t kSaliencyBytes = 2'600'000;  // tables of the transform
  constexpr std::uint64_t kThreadBytes = 200'000;      // its stack and its rows
  constexpr std::uint64_t kOutputBytes = 5;            // a pixel of the mixed image, and encoded
  const std::uint64_t map_bytes = engine.map_bytes();
  const bool has_saliency = map_bytes > 0;
  const std::uint64_t images = std::min(batches_at_once(threads, batch_size) * batch_size, samples);
  // A map and its vector for each image; the distances of all pairs of a mini-batch.
  const std::uint64_t pairs = has_saliency ? images * batch_size : 0;
  const auto pixels = static_cast<std::uint64_t>(size.pixels());
  const std::uint64_t batch_bytes =
      images * (pixels * kChannels + 2 * map_bytes) + pairs * sizeof(float) +
      batches_at_once(threads, batch_size) * pixels * deciding_bytes(methods);
  return kProgramBytes + (has_saliency ? kSaliencyBytes : 0) + batch_bytes +
         static_cast<unsigned>(threads) * (kThreadBytes + kOutputBytes * pixels + 4 * map_bytes) +
         samples * kSampleBytes;
}

}  // namespace guidedmixup

/// How much of a run is in memory at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/kept_samples.hpp>
#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

/// Enough mini-batches that every thread has images to work on while another batch is being paired
/// or published; never fewer than 2.
[[nodiscard]] inline int batches_in_flight(int threads, std::uint32_t batch_size) {
  const int needed = 2 * threads / static_cast<int>(batch_size);
  return std::max(2, needed + 1);
}

/// Bytes of a mini-batch in the CPU engine: images, maps and vectors of distances. (Of the mixed
/// images each thread has only one.)
[[nodiscard]] inline std::uint64_t batch_bytes(Size size, std::uint64_t images) {
  const auto pixels = static_cast<std::uint64_t>(size.pixels());
  return images * (pixels * kChannels + 2 * pixels * sizeof(float));
}

/// Bytes of one sample that is kept over rounds: its image, and what the engine keeps.
[[nodiscard]] inline std::uint64_t kept_sample_bytes(Size size, const Engine& engine) {
  return static_cast<std::uint64_t>(size.pixels()) * kChannels + kKeptOverhead +
         engine.kept_bytes();
}

/// Bytes that a whole run takes beside what it keeps over rounds.
[[nodiscard]] inline std::uint64_t run_bytes(Size size, std::uint32_t batch_size, int threads,
                                             std::uint64_t samples) {
  constexpr std::uint64_t kProgramBytes = 60ULL << 20U;
  constexpr std::uint64_t kSampleBytes = 200;
  const auto batches = static_cast<std::uint64_t>(batches_in_flight(threads, batch_size));
  return kProgramBytes + batches * batch_bytes(size, batch_size + 2) + samples * kSampleBytes;
}

}  // namespace guidedmixup

/// A stand-in of CUDA on the host, for tests.
///
/// It shows: what the kernels compute, threads and blocks and barriers included; reads and writes
/// beyond an array, under the address sanitizer; a missing wait, because a stream does nothing
/// until somebody waits for it (or everything at once, when `eager`: real devices lie in between);
/// a missing barrier, because the threads of a block take turns in changing order; a kernel,
/// copy or event of another device; a copy that leaves its array; what is never given back; what
/// happens when memory runs out or the device is lost.
/// It does not show: speed; how the device's compiler rounds; races between blocks; the real FFT.
///
/// The program's tests set it up by the environment, read at the first call: HOST_CUDA_DEVICES,
/// HOST_CUDA_CAPABILITY (75 is 7.5), HOST_CUDA_MEMORY (bytes), HOST_CUDA_LOST_AFTER (calls),
/// HOST_CUDA_EAGER (1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace host_cuda {

struct Settings {
  int devices = 1;
  int capability = 90;                                                   ///< 90 is 9.0
  std::size_t memory = std::numeric_limits<std::size_t>::max();          ///< of all devices, bytes
  std::uint64_t lost_after = std::numeric_limits<std::uint64_t>::max();  ///< calls
  bool eager = false;
};
/// Also starts counting calls anew. Not while something is running.
void set(const Settings& settings);
[[nodiscard]] Settings settings();

/// What was taken and not given back: arrays, streams, events, plans.
[[nodiscard]] std::size_t live_things();
/// What was ever taken.
[[nodiscard]] std::size_t taken_things();
[[nodiscard]] std::uint64_t calls();

}  // namespace host_cuda

/// The state of the stand-in: see host_cuda.hpp. One lock guards all of it.
#pragma once

#include <functional>
#include <mutex>

#include "cuda_runtime.h"

namespace host_cuda {

[[nodiscard]] std::recursive_mutex& lock();

/// Counts a call; false when the device is lost.
[[nodiscard]] bool alive();

/// Gives work to a stream (null: the default stream). False for another device's stream.
[[nodiscard]] bool give(cudaStream_t stream, std::function<void()> work);

/// Room for so many bytes more on the devices.
[[nodiscard]] bool take_room(std::size_t bytes);
void give_back_room(std::size_t bytes);
void count_things(int more);

}  // namespace host_cuda

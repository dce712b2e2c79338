#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "block.hpp"
#include "host_cuda.hpp"
#include "streams.hpp"

namespace host_cuda {

struct Stream {
  int device = 0;
  std::deque<std::function<void()>> work;
  std::uint64_t given = 0;
  std::uint64_t done = 0;
};

struct Event {
  int device = 0;
  std::shared_ptr<Stream> stream;
  std::uint64_t until = 0;
  // Shared, since the event may be gone when the stream comes to it.
  std::shared_ptr<std::chrono::steady_clock::time_point> time;
};

namespace {

// What stands in memory that nobody has written.
constexpr int kPoison = 0xCB;

Settings from_environment() {
  const auto number = [](const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  };
  Settings settings;
  settings.devices = static_cast<int>(number("HOST_CUDA_DEVICES", 1));
  settings.capability = static_cast<int>(number("HOST_CUDA_CAPABILITY", 90));
  settings.memory = number("HOST_CUDA_MEMORY", settings.memory);
  settings.lost_after = number("HOST_CUDA_LOST_AFTER", settings.lost_after);
  settings.eager = number("HOST_CUDA_EAGER", 0) != 0;
  return settings;
}

struct Array {
  std::size_t bytes = 0;
  int device = 0;
};

struct State {
  std::recursive_mutex mutex;
  Settings settings = from_environment();
  std::uint64_t calls = 0;
  std::size_t used = 0;
  std::size_t things = 0;
  std::size_t taken = 0;
  std::map<const char*, Array> arrays;
  std::set<const void*> pinned;
  std::map<int, std::shared_ptr<Stream>> default_streams;
  std::map<Stream*, std::shared_ptr<Stream>> streams;
};

State& state() {
  static State the_state;
  return the_state;
}

thread_local int current_device = 0;
thread_local cudaError_t last_error = cudaSuccess;

cudaError_t result(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

std::shared_ptr<Stream> stream_of(cudaStream_t stream) {
  if (stream != nullptr) {
    const auto found = state().streams.find(stream);
    return found == state().streams.end() ? nullptr : found->second;
  }
  auto& own = state().default_streams[current_device];
  if (own == nullptr) own = std::make_shared<Stream>(Stream{current_device, {}, 0, 0});
  return own;
}

void run_until(Stream& stream, std::uint64_t until) {
  while (stream.done < until) {
    const auto work = std::move(stream.work.front());
    stream.work.pop_front();
    work();
    ++stream.done;
  }
}

bool is_lost() { return state().calls > state().settings.lost_after; }

void drop(Stream& stream) {
  stream.work.clear();
  stream.done = stream.given;
}

bool is_on_device(const void* memory, std::size_t bytes) {
  const auto* first = static_cast<const char*>(memory);
  auto after = state().arrays.upper_bound(first);
  if (after == state().arrays.begin()) return false;
  --after;
  return first + bytes <= after->first + after->second.bytes &&
         after->second.device == current_device;
}

bool is_copy_right(const void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  if (kind == cudaMemcpyDeviceToDevice) return is_on_device(to, bytes) && is_on_device(from, bytes);
  const void* device = kind == cudaMemcpyHostToDevice ? to : from;
  const void* host = kind == cudaMemcpyHostToDevice ? from : to;
  return is_on_device(device, bytes) && !is_on_device(host, 1);
}

}  // namespace

std::recursive_mutex& lock() { return state().mutex; }

bool alive() {
  ++state().calls;
  if (!is_lost()) return true;
  for (const auto& [device, stream] : state().default_streams) drop(*stream);
  for (const auto& [handle, stream] : state().streams) drop(*stream);
  return false;
}

bool give(cudaStream_t to, std::function<void()> work) {
  const auto stream = stream_of(to);
  if (stream == nullptr || stream->device != current_device) return false;
  stream->work.push_back(std::move(work));
  ++stream->given;
  if (state().settings.eager) run_until(*stream, stream->given);
  return true;
}

bool take_room(std::size_t bytes) {
  if (state().settings.memory - std::min(state().used, state().settings.memory) < bytes) {
    return false;
  }
  state().used += bytes;
  return true;
}

void give_back_room(std::size_t bytes) { state().used -= bytes; }

void count_things(int more) {
  state().things += static_cast<std::size_t>(more);
  if (more > 0) state().taken += static_cast<std::size_t>(more);
}

void set(const Settings& settings) {
  const std::lock_guard guard(lock());
  state().settings = settings;
  state().calls = 0;
}
Settings settings() { return state().settings; }
std::size_t live_things() {
  const std::lock_guard guard(lock());
  return state().things;
}
std::size_t taken_things() {
  const std::lock_guard guard(lock());
  return state().taken;
}
std::uint64_t calls() {
  const std::lock_guard guard(lock());
  return state().calls;
}

cudaError_t launch(const cudaLaunchConfig_t& config, std::function<void()> thread) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  const dim3 blocks = config.gridDim;
  const auto threads = static_cast<int>(config.blockDim.x);
  if (blocks.x == 0 || blocks.y == 0 || blocks.y > 65535 || blocks.z != 1 || threads == 0 ||
      threads > 1024 || config.blockDim.y != 1 || config.blockDim.z != 1) {
    return result(cudaErrorInvalidConfiguration);
  }
  const auto run = [blocks, threads, thread = std::move(thread)] {
    gridDim = blocks;
    for (unsigned y = 0; y < blocks.y; ++y) {
      for (unsigned x = 0; x < blocks.x; ++x) {
        blockIdx = {x, y, 0};
        run_block(threads, thread);
      }
    }
  };
  return result(give(config.stream, run) ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

}  // namespace host_cuda

using namespace host_cuda;

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorInvalidDevice:
      return "invalid device ordinal";
    case cudaErrorLaunchFailure:
      return "unspecified launch failure";
    default:
      return "host_cuda refuses this";
  }
}

cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }

cudaError_t cudaGetDeviceCount(int* count) {
  *count = settings().devices;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int /*device*/) {
  std::snprintf(properties->name, sizeof(properties->name), "stand-in on the host");
  properties->major = settings().capability / 10;
  properties->minor = settings().capability % 10;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (device < 0 || device >= settings().devices) return result(cudaErrorInvalidDevice);
  current_device = device;
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned /*flags*/) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  const auto made = std::make_shared<Stream>(Stream{current_device, {}, 0, 0});
  state().streams[made.get()] = made;
  *stream = made.get();
  count_things(1);
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const std::lock_guard guard(lock());
  const auto found = state().streams.find(stream);
  if (found == state().streams.end()) return result(cudaErrorInvalidResourceHandle);
  run_until(*found->second, found->second->given);
  state().streams.erase(found);
  count_things(-1);
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  const auto found = stream_of(stream);
  if (found == nullptr) return result(cudaErrorInvalidResourceHandle);
  run_until(*found, found->given);
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned /*flags*/) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  *event = new Event;
  (*event)->device = current_device;
  count_things(1);
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  const std::lock_guard guard(lock());
  delete event;
  count_things(-1);
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  event->stream = stream_of(stream);
  if (event->stream == nullptr || event->stream->device != current_device ||
      event->device != current_device) {
    return result(cudaErrorInvalidResourceHandle);
  }
  event->time = std::make_shared<std::chrono::steady_clock::time_point>();
  (void)give(stream, [time = event->time] { *time = std::chrono::steady_clock::now(); });
  event->until = event->stream->given;
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (start->time == nullptr || end->time == nullptr) return result(cudaErrorInvalidResourceHandle);
  *milliseconds = std::chrono::duration<float, std::milli>(*end->time - *start->time).count();
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (event->stream != nullptr) run_until(*event->stream, event->until);
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (bytes == 0) return result(cudaErrorInvalidValue);
  if (!take_room(bytes)) return result(cudaErrorMemoryAllocation);
  auto* array = static_cast<char*>(std::malloc(bytes));
  std::memset(array, kPoison, bytes);
  state().arrays[array] = {bytes, current_device};
  *memory = array;
  count_things(1);
  return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
  const std::lock_guard guard(lock());
  if (memory == nullptr) return cudaSuccess;
  const auto found = state().arrays.find(static_cast<char*>(memory));
  if (found == state().arrays.end()) return result(cudaErrorInvalidValue);
  give_back_room(found->second.bytes);
  state().arrays.erase(found);
  std::free(memory);
  count_things(-1);
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  *memory = std::malloc(bytes);
  std::memset(*memory, kPoison, bytes);
  state().pinned.insert(*memory);
  count_things(1);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
  const std::lock_guard guard(lock());
  if (memory == nullptr) return cudaSuccess;
  if (state().pinned.erase(memory) == 0) return result(cudaErrorInvalidValue);
  std::free(memory);
  count_things(-1);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (!is_copy_right(to, from, bytes, kind)) return result(cudaErrorInvalidValue);
  if (kind == cudaMemcpyHostToDevice) {  // the host goes on once the bytes are staged
    const auto* first = static_cast<const char*>(from);
    const std::vector<char> staged(first, first + bytes);
    (void)give(nullptr, [to, staged] { std::memcpy(to, staged.data(), staged.size()); });
    return cudaSuccess;
  }
  (void)give(nullptr, [to, from, bytes] { std::memcpy(to, from, bytes); });
  return cudaStreamSynchronize(nullptr);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (!is_copy_right(to, from, bytes, kind)) return result(cudaErrorInvalidValue);
  const bool given = give(stream, [to, from, bytes] { std::memcpy(to, from, bytes); });
  return result(given ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
  const std::lock_guard guard(lock());
  if (!alive()) return result(cudaErrorLaunchFailure);
  if (!is_on_device(memory, bytes)) return result(cudaErrorInvalidValue);
  const bool given = give(stream, [memory, value, bytes] { std::memset(memory, value, bytes); });
  return result(given ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

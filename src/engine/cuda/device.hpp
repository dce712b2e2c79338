/// Memory, streams and events of the device, owned; every call checked.
///
/// A stream runs beside the default stream, not after it, and giving memory back may or may not
/// wait for what is under way: so nothing here leaves work on the default stream, and nobody gives
/// back what a stream still uses.
#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <cuda_runtime.h>

#include <guidedmixup/core/error.hpp>

namespace guidedmixup::cuda {

/// The device's memory is full. The engine turns it into a message with the batch size that fits.
class OutOfDeviceMemory : public RunError {
 public:
  using RunError::RunError;
};

inline std::string failure_of(cudaError_t status, const char* call) {
  return std::string("the cuda engine: ") + call + ": " + cudaGetErrorString(status);
}

/// Throws RunError that names the call and what CUDA says of it; OutOfDeviceMemory where that is
/// why.
inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  if (status != cudaErrorMemoryAllocation) throw RunError(failure_of(status, call));
  (void)cudaGetLastError();  // it is dealt with: later calls do not see it
  throw OutOfDeviceMemory(failure_of(status, call));
}

#define GUIDEDMIXUP_CUDA(call) ::guidedmixup::cuda::check(call, #call)

/// Memory on the device.
struct DeviceMemory {
  static void* take(std::size_t bytes) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes), "cudaMalloc");
    return memory;
  }
  static void give_back(void* memory) { (void)cudaFree(memory); }
};

/// Memory of the host that the device copies from and to while the host goes on. Pageable memory
/// would make each copy wait for a detour through the driver's own buffer.
struct PinnedMemory {
  static void* take(std::size_t bytes) {
    void* memory = nullptr;
    const cudaError_t status = cudaMallocHost(&memory, bytes);
    if (status == cudaErrorMemoryAllocation) {
      (void)cudaGetLastError();
      throw RunError(failure_of(status, "cudaMallocHost") +
                     ": the host has no more pinned memory for copies to the device; try a smaller "
                     "--batch-size");
    }
    check(status, "cudaMallocHost");
    return memory;
  }
  static void give_back(void* memory) { (void)cudaFreeHost(memory); }
};

/// `count` values, not set to anything.
template <typename T, typename Memory>
class OwnedArray {
 public:
  OwnedArray() = default;
  explicit OwnedArray(std::size_t count)
      : values_(count == 0 ? nullptr : static_cast<T*>(Memory::take(count * sizeof(T)))) {}
  OwnedArray(OwnedArray&& other) noexcept : values_(std::exchange(other.values_, nullptr)) {}
  OwnedArray& operator=(OwnedArray&& other) noexcept {
    std::swap(values_, other.values_);
    return *this;
  }
  OwnedArray(const OwnedArray&) = delete;
  OwnedArray& operator=(const OwnedArray&) = delete;
  ~OwnedArray() {
    if (values_ != nullptr) Memory::give_back(values_);
  }

  [[nodiscard]] T* data() const { return values_; }

 private:
  T* values_ = nullptr;
};

template <typename T>
using DeviceArray = OwnedArray<T, DeviceMemory>;
template <typename T>
using PinnedArray = OwnedArray<T, PinnedMemory>;

/// A copy of a table of the host.
template <typename T>
[[nodiscard]] DeviceArray<T> device_copy(const std::vector<T>& values) {
  DeviceArray<T> copy(values.size());
  if (!values.empty()) {
    GUIDEDMIXUP_CUDA(
        cudaMemcpy(copy.data(), values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
    GUIDEDMIXUP_CUDA(cudaStreamSynchronize(nullptr));  // or the copy may still be under way
  }
  return copy;
}

/// A point in a stream's work. Who waits for it sleeps: the cores belong to the codecs.
class Event {
 public:
  Event() {
    GUIDEDMIXUP_CUDA(
        cudaEventCreateWithFlags(&event_, cudaEventBlockingSync | cudaEventDisableTiming));
  }
  Event(Event&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  Event& operator=(Event&&) = delete;
  ~Event() {
    if (event_ != nullptr) (void)cudaEventDestroy(event_);
  }

  void record(cudaStream_t stream) const { GUIDEDMIXUP_CUDA(cudaEventRecord(event_, stream)); }
  /// Until all that was given to the stream before `record` is done. From any thread.
  void wait() const { GUIDEDMIXUP_CUDA(cudaEventSynchronize(event_)); }

 private:
  cudaEvent_t event_ = nullptr;
};

/// Work in order, beside that of other streams.
class Stream {
 public:
  Stream() { GUIDEDMIXUP_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { (void)cudaStreamDestroy(stream_); }

  [[nodiscard]] cudaStream_t get() const { return stream_; }
  /// One thread at a time.
  void wait() const {
    all_.record(stream_);
    all_.wait();
  }

  template <typename T>
  void to_device(T* device, const T* host, std::size_t count) const {
    GUIDEDMIXUP_CUDA(
        cudaMemcpyAsync(device, host, count * sizeof(T), cudaMemcpyHostToDevice, stream_));
  }
  template <typename T>
  void to_host(T* host, const T* device, std::size_t count) const {
    GUIDEDMIXUP_CUDA(
        cudaMemcpyAsync(host, device, count * sizeof(T), cudaMemcpyDeviceToHost, stream_));
  }
  /// `count` values with all bytes 0.
  template <typename T>
  void clear(T* device, std::size_t count) const {
    GUIDEDMIXUP_CUDA(cudaMemsetAsync(device, 0, count * sizeof(T), stream_));
  }

 private:
  cudaStream_t stream_ = nullptr;
  Event all_;
};

/// Starts a kernel. `name` is for the message when that fails.
template <typename... Parameters>
void launch(const char* name, void (*kernel)(Parameters...), dim3 blocks, dim3 threads,
            cudaStream_t stream, std::type_identity_t<Parameters>... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = blocks;
  config.blockDim = threads;
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, kernel, arguments...), name);
}

}  // namespace guidedmixup::cuda

/// Memory and streams of the device, owned; every call checked.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <cuda_runtime_api.h>

#include <guidedmixup/core/error.hpp>

namespace guidedmixup::cuda {

/// The device's memory is full. The engine turns it into a message with the batch size that fits.
class OutOfDeviceMemory : public RunError {
 public:
  using RunError::RunError;
};

/// Throws RunError that names the call and what CUDA says of it.
inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  const std::string message =
      std::string("the cuda engine: ") + call + ": " + cudaGetErrorString(status);
  if (status == cudaErrorMemoryAllocation) throw OutOfDeviceMemory(message);
  throw RunError(message + "; if the device was lost, --resume goes on once it is back");
}

#define GUIDEDMIXUP_CUDA(call) ::guidedmixup::cuda::check(call, #call)

/// `count` values on the device. Not set to anything.
template <typename T>
class DeviceArray {
 public:
  DeviceArray() = default;
  explicit DeviceArray(std::size_t count) {
    if (count > 0) GUIDEDMIXUP_CUDA(cudaMalloc(&memory_, count * sizeof(T)));
  }
  /// A copy of a table of the host.
  explicit DeviceArray(const std::vector<T>& values) : DeviceArray(values.size()) {
    if (values.empty()) return;
    GUIDEDMIXUP_CUDA(
        cudaMemcpy(memory_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
  }
  DeviceArray(DeviceArray&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
  DeviceArray& operator=(DeviceArray&& other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
  }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  ~DeviceArray() { (void)cudaFree(memory_); }

  [[nodiscard]] T* data() const { return memory_; }

 private:
  T* memory_ = nullptr;
};

/// `count` values of the host that the device copies from and to while the host goes on.
template <typename T>
class PinnedArray {
 public:
  PinnedArray() = default;
  explicit PinnedArray(std::size_t count) {
    GUIDEDMIXUP_CUDA(cudaMallocHost(&memory_, count * sizeof(T)));
  }
  PinnedArray(PinnedArray&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
  PinnedArray& operator=(PinnedArray&& other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
  }
  PinnedArray(const PinnedArray&) = delete;
  PinnedArray& operator=(const PinnedArray&) = delete;
  ~PinnedArray() { (void)cudaFreeHost(memory_); }

  [[nodiscard]] T* data() const { return memory_; }

 private:
  T* memory_ = nullptr;
};

/// Work in order, beside that of other streams.
class Stream {
 public:
  Stream() { GUIDEDMIXUP_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { (void)cudaStreamDestroy(stream_); }

  [[nodiscard]] cudaStream_t get() const { return stream_; }
  void wait() const { GUIDEDMIXUP_CUDA(cudaStreamSynchronize(stream_)); }

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

 private:
  cudaStream_t stream_ = nullptr;
};

}  // namespace guidedmixup::cuda

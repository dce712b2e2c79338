/// Runs the steps on a stream. For nvcc alone: steps become kernels here.
#pragma once

#include <cufft.h>

#include "device.hpp"
#include "saliency_steps.hpp"

namespace guidedmixup::cuda {

inline constexpr int kThreads = 256;  // of a block

template <typename Step>
__global__ void each_kernel(Step step, Index count) {
  const Index i = Index{blockIdx.x} * kThreads + threadIdx.x;
  if (i < count) step(i);
}

/// Adds the values of a block's threads as a tree: always in the same order. Thread 0 has the sum.
__device__ inline double sum_of_block(double value) {
  __shared__ double values[kThreads];
  values[threadIdx.x] = value;
  __syncthreads();
  for (int step = kThreads / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) values[threadIdx.x] += values[threadIdx.x + step];
    __syncthreads();
  }
  return values[0];
}

/// One block for each image.
template <typename Term>
__global__ void sum_kernel(Term term, Index count, double* out) {
  double sum = 0.0;
  for (Index j = threadIdx.x; j < count; j += kThreads) {
    sum += term(static_cast<int>(blockIdx.x), j);
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) out[blockIdx.x] = sum;
}

/// One block for each row of an output; writes the row's sum of the mask.
__global__ inline void mix_rows_kernel(MixGuided mix, double* row_sums) {
  const int height = mix.images.extent.height;
  const int k = static_cast<int>(blockIdx.x / height);
  const int y = static_cast<int>(blockIdx.x % height);
  double sum = 0.0;
  for (int x = static_cast<int>(threadIdx.x); x < mix.images.extent.width; x += kThreads) {
    sum += static_cast<double>(mix(k, y, x));
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) row_sums[blockIdx.x] = sum;
}

inline constexpr int kTile = 16;       // pairs along a side of a block
inline constexpr int kTileDepth = 32;  // values that a block has at a time

/// Distances of all pairs i < j: one thread a pair, tiles above the diagonal. Partial sums are
/// float32 over kTileDepth values and double beyond.
__global__ inline void distance_kernel(const float* vectors, Index length, int count,
                                       float* distances) {
  if (blockIdx.x < blockIdx.y) return;
  __shared__ float rows[kTile][kTileDepth + 1];
  __shared__ float columns[kTile][kTileDepth + 1];
  const int row = static_cast<int>(blockIdx.y) * kTile;
  const int column = static_cast<int>(blockIdx.x) * kTile;
  const int place = static_cast<int>(threadIdx.y) * kTile + static_cast<int>(threadIdx.x);
  const auto load = [&](int first, float(&tile)[kTile][kTileDepth + 1], Index start) {
    for (int e = place; e < kTile * kTileDepth; e += kTile * kTile) {
      const int vector = first + e / kTileDepth;
      const Index at = start + e % kTileDepth;
      const bool is_there = vector < count && at < length;
      tile[e / kTileDepth][e % kTileDepth] = is_there ? vectors[length * vector + at] : 0.0F;
    }
  };
  double sum = 0.0;
  for (Index start = 0; start < length; start += kTileDepth) {
    load(row, rows, start);
    load(column, columns, start);
    __syncthreads();
    float part = 0.0F;
    for (int d = 0; d < kTileDepth; ++d) {
      const float difference = rows[threadIdx.y][d] - columns[threadIdx.x][d];
      part += difference * difference;
    }
    sum += static_cast<double>(part);
    __syncthreads();
  }
  const int i = row + static_cast<int>(threadIdx.y);
  const int j = column + static_cast<int>(threadIdx.x);
  if (i < j && j < count) distances[Index{count} * i + j] = static_cast<float>(sqrt(sum));
}

/// The transforms of one grid, a fixed number of images at a time, so that one plan serves every
/// mini-batch. The forward one is of real values; the inverse is complex, since the filtered
/// spectrum is not Hermitian.
class Transforms {
 public:
  /// Images of a chunk; arrays are as long as whole chunks.
  static constexpr int kChunk = 16;
  [[nodiscard]] static int whole_chunks(int images) {
    return (images + kChunk - 1) / kChunk * kChunk;
  }

  Transforms(Extent grid, cudaStream_t stream) : grid_(grid) {
    int sizes[2] = {grid.height, grid.width};
    plan(forward_, sizes, CUFFT_R2C, stream);
    plan(inverse_, sizes, CUFFT_C2C, stream);
  }
  Transforms(const Transforms&) = delete;
  Transforms& operator=(const Transforms&) = delete;
  ~Transforms() {
    (void)cufftDestroy(forward_);
    (void)cufftDestroy(inverse_);
  }

  void forward(int images, float* real, float* half) const {
    const Index half_values = Index{grid_.width / 2 + 1} * grid_.height;
    for (int k = 0; k < images; k += kChunk) {
      check(cufftExecR2C(forward_, real + grid_.pixels() * k,
                         reinterpret_cast<cufftComplex*>(half) + half_values * k),
            "cufftExecR2C");
    }
  }
  void inverse(int images, float* values) const {
    for (int k = 0; k < images; k += kChunk) {
      cufftComplex* chunk = reinterpret_cast<cufftComplex*>(values) + grid_.pixels() * k;
      check(cufftExecC2C(inverse_, chunk, chunk, CUFFT_INVERSE), "cufftExecC2C");
    }
  }

 private:
  static void check(cufftResult status, const char* call) {
    if (status == CUFFT_SUCCESS) return;
    const std::string message =
        std::string("the cuda engine: ") + call + " failed with code " + std::to_string(status);
    if (status == CUFFT_ALLOC_FAILED) throw OutOfDeviceMemory(message);
    throw RunError(message);
  }
  static void plan(cufftHandle& handle, int* sizes, cufftType type, cudaStream_t stream) {
    check(cufftPlanMany(&handle, 2, sizes, nullptr, 1, 0, nullptr, 1, 0, type, kChunk),
          "cufftPlanMany");
    check(cufftSetStream(handle, stream), "cufftSetStream");
  }

  Extent grid_;
  cufftHandle forward_ = 0;
  cufftHandle inverse_ = 0;
};

/// The runner of steps on the device: see saliency_steps.hpp.
class DeviceSteps {
 public:
  DeviceSteps(cudaStream_t stream, const Transforms* transforms, int images)
      : stream_(stream), transforms_(transforms), images_(images) {}

  template <typename Step>
  void for_each(Index count, const Step& step) {
    const auto blocks = static_cast<unsigned>((count + kThreads - 1) / kThreads);
    each_kernel<<<blocks, kThreads, 0, stream_>>>(step, count);
    GUIDEDMIXUP_CUDA(cudaGetLastError());
  }
  template <typename Term>
  void sum(int images, Index count, const Term& term, double* out) {
    sum_kernel<<<static_cast<unsigned>(images), kThreads, 0, stream_>>>(term, count, out);
    GUIDEDMIXUP_CUDA(cudaGetLastError());
  }
  void forward(float* real, float* half) { transforms_->forward(images_, real, half); }
  void inverse(float* values) { transforms_->inverse(images_, values); }

  /// The sums of the masks of all outputs.
  void mix(const MixGuided& mix, double* row_sums, double* sums) {
    const int height = mix.images.extent.height;
    mix_rows_kernel<<<static_cast<unsigned>(images_ * height), kThreads, 0, stream_>>>(mix,
                                                                                       row_sums);
    GUIDEDMIXUP_CUDA(cudaGetLastError());
    sum(images_, height, RowTerm{row_sums, height}, sums);
  }
  /// Sets distances[count * i + j] for i < j.
  void distances(const float* vectors, Index length, float* distances) {
    const auto tiles = static_cast<unsigned>((images_ + kTile - 1) / kTile);
    distance_kernel<<<dim3(tiles, tiles), dim3(kTile, kTile), 0, stream_>>>(vectors, length,
                                                                            images_, distances);
    GUIDEDMIXUP_CUDA(cudaGetLastError());
  }

 private:
  cudaStream_t stream_;
  const Transforms* transforms_;
  int images_;
};

}  // namespace guidedmixup::cuda

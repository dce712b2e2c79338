/// Runs the steps on a stream. Needs a compiler of CUDA.
#pragma once

#include <string>

#include <cufft.h>

#include "device.hpp"
#include "kernels.hpp"

namespace guidedmixup::cuda {

/// A transform of one grid, a fixed number of images at a time, so that one plan serves every
/// mini-batch. A plan for each number of images would cost planning time and work space for each;
/// the images that a last chunk has too many are computed in vain.
class Transform {
 public:
  /// Images of a chunk; arrays are as long as whole chunks.
  static constexpr int kChunk = 16;
  [[nodiscard]] static int whole_chunks(int images) {
    return (images + kChunk - 1) / kChunk * kChunk;
  }

  Transform(Extent grid, cufftType type, cudaStream_t stream) {
    int sizes[2] = {grid.height, grid.width};
    check(cufftPlanMany(&plan_, 2, sizes, nullptr, 1, 0, nullptr, 1, 0, type, kChunk),
          "cufftPlanMany");
    const cufftResult status = cufftSetStream(plan_, stream);
    if (status != CUFFT_SUCCESS) (void)cufftDestroy(plan_);
    check(status, "cufftSetStream");
  }
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;
  ~Transform() { (void)cufftDestroy(plan_); }

  [[nodiscard]] cufftHandle plan() const { return plan_; }

  static void check(cufftResult status, const char* call) {
    if (status == CUFFT_SUCCESS) return;
    const std::string message =
        std::string("the cuda engine: ") + call + " failed with code " + std::to_string(status);
    if (status != CUFFT_ALLOC_FAILED) throw RunError(message);
    (void)cudaGetLastError();
    throw OutOfDeviceMemory(message);
  }

 private:
  cufftHandle plan_ = 0;
};

/// The forward transform is of real values; the inverse is complex, since the filtered spectrum is
/// not Hermitian.
class Transforms {
 public:
  Transforms(Extent grid, cudaStream_t stream)
      : grid_(grid), forward_(grid, CUFFT_R2C, stream), inverse_(grid, CUFFT_C2C, stream) {}

  // Chunks go to one stream one after the other, since a plan has one work space.
  void forward(int images, float* real, float* half) const {
    const Extent half_extent{grid_.width / 2 + 1, grid_.height};
    for (int k = 0; k < images; k += Transform::kChunk) {
      Transform::check(cufftExecR2C(forward_.plan(), real + grid_.start(k),
                                    reinterpret_cast<cufftComplex*>(half) + half_extent.start(k)),
                       "cufftExecR2C");
    }
  }
  void inverse(int images, float* values) const {
    for (int k = 0; k < images; k += Transform::kChunk) {
      cufftComplex* chunk = reinterpret_cast<cufftComplex*>(values) + grid_.start(k);
      Transform::check(cufftExecC2C(inverse_.plan(), chunk, chunk, CUFFT_INVERSE), "cufftExecC2C");
    }
  }

 private:
  Extent grid_;
  Transform forward_;
  Transform inverse_;
};

/// The runner of steps on the device: see saliency_steps.hpp.
class DeviceSteps {
 public:
  /// `parts` has room for kMostParts sums an image.
  DeviceSteps(cudaStream_t stream, const Transforms* transforms, int images, double* parts)
      : stream_(stream), transforms_(transforms), images_(images), parts_(parts) {}

  template <typename Step>
  void for_each(int images, int count, const Step& step) {
    const int blocks = (count + kThreads - 1) / kThreads;
    launch(Step::kName, each_kernel<Step>, images * blocks, kThreads, stream_, step, count, blocks);
  }
  template <typename Step>
  void sum(int images, int count, const Step& step, double* out) {
    // In two kernels: the first leaves one sum per block, the second adds those of an image in
    // order. Atomic additions would need one kernel only, but their order changes from run to run.
    const int length = part_length(count);
    const int blocks = (count + length - 1) / length;
    launch(Step::kName, sum_parts_kernel<Step>, images * blocks, kThreads, stream_, step, count,
           blocks, length, parts_);
    for_each(1, images, AddParts{parts_, blocks, out});
  }
  void forward(float* real, float* half) { transforms_->forward(images_, real, half); }
  void inverse(float* values) { transforms_->inverse(images_, values); }

  /// Sets distances[count * i + j] for i < j. `parts` has room for DistanceTiles::most_parts.
  void distances(const float* vectors, int length, double* parts, float* distances) {
    const DistanceTiles tiling(images_, length);
    launch("distances", distance_kernel, dim3(tiling.tiles(), tiling.slices), kThreads, stream_,
           tiling, vectors, parts);
    for_each(images_, images_, AddSlices{tiling, parts, distances});
  }

 private:
  cudaStream_t stream_;
  const Transforms* transforms_;
  int images_;
  double* parts_;
};

}  // namespace guidedmixup::cuda

/// The kernels. Needs a compiler of CUDA: steps become kernels here.
#pragma once

#include <cuda_runtime.h>

#include "steps.hpp"

namespace guidedmixup::cuda {

inline constexpr int kThreads = 256;  // of a block

// Blocks lie along one axis, image after image: the others are too short for large mini-batches.

/// step(k, j) for each image k and each j below `count`; `blocks` are those of one image.
template <typename Step>
__global__ void each_kernel(Step step, int count, int blocks) {
  const int block = static_cast<int>(blockIdx.x);
  const int j = block % blocks * kThreads + static_cast<int>(threadIdx.x);
  if (j < count) step(block / blocks, j);
}

/// Adds the values of a block's threads, in rows and then along the last one: always in the same
/// order. Thread 0 has the sum. Once in a kernel: the arrays are not waited for again. Two levels
/// of 16 instead of a tree: 32 additions per thread at most, and one barrier between them.
__device__ inline double sum_of_block(double value) {
  constexpr int kRow = 16;
  __shared__ double values[kThreads];
  __shared__ double row[kRow];
  const int thread = static_cast<int>(threadIdx.x);
  values[thread] = value;
  __syncthreads();
  if (thread < kRow) {
    double sum = 0.0;
    for (int i = thread; i < kThreads; i += kRow) sum += values[i];
    row[thread] = sum;
  }
  __syncthreads();
  double sum = 0.0;
  for (int i = 0; i < kRow; ++i) sum += row[i];
  return sum;
}

/// The elements that one block sums up: so many that an image never has more than kMostParts.
inline constexpr int kMostParts = 256;
inline int part_length(int count) {
  // Fewer would leave threads with too little work to hide the reading.
  constexpr int kLeast = 16 * kThreads;
  const int length = (count + kMostParts - 1) / kMostParts;
  return length <= kLeast ? kLeast : (length + kThreads - 1) / kThreads * kThreads;
}

/// The same as each_kernel; each block sets its own of `parts` to the sum of its `length` steps.
template <typename Step>
__global__ void sum_parts_kernel(Step step, int count, int blocks, int length, double* parts) {
  const int block = static_cast<int>(blockIdx.x);
  const int first = block % blocks * length;
  const int end = count - first < length ? count : first + length;
  double sum = 0.0;
  for (int j = first + static_cast<int>(threadIdx.x); j < end; j += kThreads) {
    sum += step(block / blocks, j);
  }
  sum = sum_of_block(sum);
  if (threadIdx.x == 0) parts[block] = sum;
}

/// The sums of the parts, a thread an image: step(0, k).
struct AddParts {
  static constexpr const char* kName = "sums of images";
  const double* parts;
  int parts_of_image;
  double* sums;
  GUIDEDMIXUP_HOST_DEVICE void operator()(int /*k*/, int j) const {
    double sum = 0.0;
    for (int p = 0; p < parts_of_image; ++p) sum += parts[Index{parts_of_image} * j + p];
    sums[j] = sum;
  }
};

/// How the distances of all pairs are spread over blocks: a tile of kSide x kSide pairs, on or
/// above the diagonal, over a slice of the vectors. Slices keep a device busy whose mini-batch has
/// few tiles. Depends on nothing but the mini-batch, so that sums are equal from run to run.
struct DistanceTiles {
  static constexpr int kSide = 64;
  static constexpr int kDepth = 32;    // values of each vector that a block has at a time
  static constexpr int kBlocks = 256;  // enough to keep a device busy
  static constexpr int kLeastSlice = 256;

  GUIDEDMIXUP_HOST_DEVICE DistanceTiles(int images, int vector_length)
      : count(images), length(vector_length), side((images + kSide - 1) / kSide) {
    // Shorter slices would spend their time on writing sums instead of on making them.
    const int most = (length + kLeastSlice - 1) / kLeastSlice;
    slices = kBlocks / tiles();
    slices = slices < 1 ? 1 : (slices > most ? most : slices);
    slice_length = ((length + slices - 1) / slices + kDepth - 1) / kDepth * kDepth;
  }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE int tiles() const { return side * (side + 1) / 2; }
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE int tile(int row, int column) const {
    return row * side - row * (row - 1) / 2 + column - row;
  }
  /// Where the partial sum of pair (i, j), i < j, over slice s lies.
  [[nodiscard]] GUIDEDMIXUP_HOST_DEVICE Index place(int s, int i, int j) const {
    const Index tile_start = Index{s} * tiles() + tile(i / kSide, j / kSide);
    return (tile_start * kSide + i % kSide) * kSide + j % kSide;
  }
  /// Partial sums of any mini-batch of up to `images`.
  [[nodiscard]] static Index most_parts(int images) {
    const int tiles = DistanceTiles(images, 1).tiles();
    return Index{tiles > kBlocks ? tiles : kBlocks} * kSide * kSide;
  }

  int count;
  int length;
  int side;  // tiles along it
  int slices;
  int slice_length;
};

/// Squared distances of the pairs of one tile over one slice. A thread has 4 x 4 pairs. Sums are
/// float32 over kDepth values and double beyond.
static __global__ void distance_kernel(DistanceTiles tiling, const float* vectors, double* parts) {
  constexpr int kSide = DistanceTiles::kSide;
  constexpr int kDepth = DistanceTiles::kDepth;
  constexpr int kEach = 4;              // pairs of a thread along a side
  constexpr int kStep = kSide / kEach;  // between them, so that a warp's reads lie together
  static_assert(kStep * kStep == kThreads);
  int row = 0;
  int column = static_cast<int>(blockIdx.x);
  // From the number of the tile to its place: row r has side - r tiles, from the diagonal on.
  for (; column >= tiling.side - row; ++row) column -= tiling.side - row;
  column += row;
  // One column more than needed: threads that write down a column would otherwise meet in one
  // memory bank.
  __shared__ float rows[kDepth][kSide + 1];
  __shared__ float columns[kDepth][kSide + 1];
  const int thread = static_cast<int>(threadIdx.x);
  const int first = static_cast<int>(blockIdx.y) * tiling.slice_length;
  const int end =
      tiling.length - first < tiling.slice_length ? tiling.length : first + tiling.slice_length;
  const auto load = [&](int tile, int start, float(&values)[kDepth][kSide + 1]) {
    for (int e = thread; e < kSide * kDepth; e += kThreads) {
      const int vector = tile * kSide + e / kDepth;
      const int element = start + e % kDepth;
      // Zeros add nothing, so the loop below needs no bounds.
      const bool is_there = vector < tiling.count && element < end;
      values[e % kDepth][e / kDepth] =
          is_there ? vectors[Index{tiling.length} * vector + element] : 0.0F;
    }
  };
  // The pairs of a thread: rows i + kStep * a, columns j + kStep * b.
  const int i = thread / kStep;
  const int j = thread % kStep;
  double sums[kEach][kEach] = {};
  for (int start = first; start < end; start += kDepth) {
    load(row, start, rows);
    load(column, start, columns);
    __syncthreads();
    // Float32 for 32 values and double beyond: double arithmetic is 2 to 64 times slower on
    // devices.
    float part[kEach][kEach] = {};
    for (int d = 0; d < kDepth; ++d) {
      for (int a = 0; a < kEach; ++a) {
        for (int b = 0; b < kEach; ++b) {
          const float difference = rows[d][i + kStep * a] - columns[d][j + kStep * b];
          part[a][b] += difference * difference;
        }
      }
    }
    for (int a = 0; a < kEach; ++a) {
      for (int b = 0; b < kEach; ++b) sums[a][b] += static_cast<double>(part[a][b]);
    }
    __syncthreads();
  }
  // Written and added up by another kernel, so that slices of one pair never meet in memory.
  double* own = parts + (Index{blockIdx.y} * tiling.tiles() + blockIdx.x) * kSide * kSide;
  for (int a = 0; a < kEach; ++a) {
    for (int b = 0; b < kEach; ++b) own[(i + kStep * a) * kSide + j + kStep * b] = sums[a][b];
  }
}

/// The distance of pair (i, j), i < j, from its slices: step(i, j).
struct AddSlices {
  static constexpr const char* kName = "distances from slices";
  DistanceTiles tiling;
  const double* parts;
  float* distances;
  GUIDEDMIXUP_HOST_DEVICE void operator()(int i, int j) const {
    if (i >= j) return;
    double sum = 0.0;
    for (int s = 0; s < tiling.slices; ++s) sum += parts[tiling.place(s, i, j)];
    distances[Index{tiling.count} * i + j] = static_cast<float>(sqrt(sum));
  }
};

}  // namespace guidedmixup::cuda

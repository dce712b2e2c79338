/// Stands in for the header of the same name, by FFTW: see host_cuda.hpp.
#pragma once

#include "cuda_runtime.h"

using cufftHandle = int;
struct cufftComplex {
  float x, y;
};
enum cufftType { CUFFT_R2C = 0x2a, CUFFT_C2C = 0x29 };
enum cufftResult {
  CUFFT_SUCCESS = 0,
  CUFFT_INVALID_PLAN = 1,
  CUFFT_ALLOC_FAILED = 2,
  CUFFT_INVALID_VALUE = 4,
  CUFFT_EXEC_FAILED = 6,
};
inline constexpr int CUFFT_INVERSE = 1;

cufftResult cufftPlanMany(cufftHandle* plan, int rank, int* sizes, int* in_embed, int in_stride,
                          int in_distance, int* out_embed, int out_stride, int out_distance,
                          cufftType type, int batch);
cufftResult cufftSetStream(cufftHandle plan, cudaStream_t stream);
cufftResult cufftDestroy(cufftHandle plan);
cufftResult cufftExecR2C(cufftHandle plan, float* in, cufftComplex* out);
cufftResult cufftExecC2C(cufftHandle plan, cufftComplex* in, cufftComplex* out, int direction);

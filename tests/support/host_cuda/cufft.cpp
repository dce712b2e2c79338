#include "cufft.h"

#include <map>

#include <fftw3.h>

#include "streams.hpp"

namespace host_cuda {
namespace {

struct Plan {
  cufftType type;
  fftwf_plan plan;
  std::size_t bytes;
  cudaStream_t stream = nullptr;
};

std::map<cufftHandle, Plan>& plans() {
  static std::map<cufftHandle, Plan> the_plans;
  return the_plans;
}

// The arrays are only there to be planned for: other ones are given at each execution.
fftwf_plan plan_of(cufftType type, const int* sizes, int batch) {
  const int pixels = sizes[0] * sizes[1];
  const int half = sizes[0] * (sizes[1] / 2 + 1);
  const auto count = static_cast<std::size_t>(pixels + 2 * sizes[0]) * batch;
  fftwf_complex* values = fftwf_alloc_complex(count);
  fftwf_complex* out = fftwf_alloc_complex(count);
  constexpr unsigned kFlags = FFTW_ESTIMATE | FFTW_UNALIGNED;
  const fftwf_plan plan =
      type == CUFFT_R2C ? fftwf_plan_many_dft_r2c(2, sizes, batch, reinterpret_cast<float*>(values),
                                                  nullptr, 1, pixels, out, nullptr, 1, half, kFlags)
                        : fftwf_plan_many_dft(2, sizes, batch, values, nullptr, 1, pixels, values,
                                              nullptr, 1, pixels, FFTW_BACKWARD, kFlags);
  fftwf_free(values);
  fftwf_free(out);
  return plan;
}

template <typename Work>
cufftResult execute(cufftHandle handle, cufftType type, const Work& work) {
  const std::lock_guard guard(lock());
  if (!alive()) return CUFFT_EXEC_FAILED;
  const auto found = plans().find(handle);
  if (found == plans().end() || found->second.type != type) return CUFFT_INVALID_PLAN;
  const fftwf_plan plan = found->second.plan;
  return give(found->second.stream, [plan, work] { work(plan); }) ? CUFFT_SUCCESS
                                                                  : CUFFT_EXEC_FAILED;
}

}  // namespace
}  // namespace host_cuda

using namespace host_cuda;

cufftResult cufftPlanMany(cufftHandle* handle, int rank, int* sizes, int* in_embed, int /*stride*/,
                          int /*in_distance*/, int* out_embed, int /*out_stride*/,
                          int /*out_distance*/, cufftType type, int batch) {
  const std::lock_guard guard(lock());
  if (!alive()) return CUFFT_EXEC_FAILED;
  if (rank != 2 || in_embed != nullptr || out_embed != nullptr) return CUFFT_INVALID_VALUE;
  const std::size_t bytes = sizeof(cufftComplex) * sizes[0] * sizes[1] * batch;
  if (!take_room(bytes)) return CUFFT_ALLOC_FAILED;
  static cufftHandle next = 0;
  *handle = ++next;
  plans()[next] = {type, plan_of(type, sizes, batch), bytes, nullptr};
  count_things(1);
  return CUFFT_SUCCESS;
}

cufftResult cufftSetStream(cufftHandle handle, cudaStream_t stream) {
  const std::lock_guard guard(lock());
  if (!alive()) return CUFFT_EXEC_FAILED;
  plans().at(handle).stream = stream;
  return CUFFT_SUCCESS;
}

cufftResult cufftDestroy(cufftHandle handle) {
  const std::lock_guard guard(lock());
  const auto found = plans().find(handle);
  if (found == plans().end()) return CUFFT_INVALID_PLAN;
  fftwf_destroy_plan(found->second.plan);
  give_back_room(found->second.bytes);
  plans().erase(found);
  count_things(-1);
  return CUFFT_SUCCESS;
}

cufftResult cufftExecR2C(cufftHandle handle, float* in, cufftComplex* out) {
  return execute(handle, CUFFT_R2C, [in, out](fftwf_plan plan) {
    fftwf_execute_dft_r2c(plan, in, reinterpret_cast<fftwf_complex*>(out));
  });
}

cufftResult cufftExecC2C(cufftHandle handle, cufftComplex* in, cufftComplex* out, int direction) {
  if (direction != CUFFT_INVERSE || in != out) return CUFFT_INVALID_VALUE;
  return execute(handle, CUFFT_C2C, [in](fftwf_plan plan) {
    auto* values = reinterpret_cast<fftwf_complex*>(in);
    fftwf_execute_dft(plan, values, values);
  });
}

// The program's side of the border to the module `cuda`: the only code that looks for it.
#include "cuda_module.hpp"

#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>

namespace guidedmixup {

bool cuda_is_built() { return GUIDEDMIXUP_HAS_CUDA; }

// Loads the module, since only CUDA's own runtime knows the devices.
CudaDevices find_cuda_devices() {
  if (!cuda_is_built()) return {{}, "not part of this build"};
  CudaDevices devices;
  try {
    const auto find =
        reinterpret_cast<FindCudaDevices>(load_module_function("cuda", "guidedmixup_cuda_devices"));
    find(devices);
  } catch (const RunError& error) {  // its libraries are not here, or it is of another build
    devices.obstacle = error.what();
  }
  return devices;
}

// Throws where find_cuda_devices reports: whoever makes the engine has found it usable before.
std::unique_ptr<Engine> make_cuda_engine(int number, const MethodSet& methods, ParallelFor parallel,
                                         StageTimes* times) {
  const auto make = reinterpret_cast<MakeCudaEngine>(
      load_module_function("cuda", "guidedmixup_make_cuda_engine"));
  // The module returns a plain pointer, since its functions have C's linkage; it is owned from here
  // on. Its code stays loaded until the program ends.
  return std::unique_ptr<Engine>(make(number, methods, std::move(parallel), times));
}

}  // namespace guidedmixup

/// The border between the program and the module `cuda`. Both are of one build (see module.hpp), so
/// C++ types may cross it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

/// A device by its number.
struct CudaDevice {
  std::string name;
  std::string obstacle;  ///< why the module does not run on it; empty where it does
};

/// What the module finds on this machine.
struct CudaDevices {
  std::vector<CudaDevice> devices;
  std::string obstacle;  ///< why there are none
};

/// Exported as `guidedmixup_cuda_devices`. Throws nothing.
using FindCudaDevices = void (*)(CudaDevices& devices);

/// Exported as `guidedmixup_make_cuda_engine`: an engine on device `number`, to be deleted. Throws
/// RunError when the device fails.
using MakeCudaEngine = Engine* (*)(int number, const MethodSet& methods, ParallelFor parallel,
                                   StageTimes* times);

// The program's side of the border.

/// Whether the module belongs to this build.
[[nodiscard]] bool cuda_is_built();
/// No devices, with the reason, where the module cannot be loaded.
[[nodiscard]] CudaDevices find_cuda_devices();
[[nodiscard]] std::unique_ptr<Engine> make_cuda_engine(int number, const MethodSet& methods,
                                                       ParallelFor parallel, StageTimes* times);

}  // namespace guidedmixup

#include "host_engine.hpp"

#include <utility>

#include "cuda_module.hpp"
#include "tested_engine.hpp"

extern "C" {
void guidedmixup_cuda_devices(guidedmixup::CudaDevices& devices);
guidedmixup::Engine* guidedmixup_make_cuda_engine(int number,
                                                  std::span<const guidedmixup::Method> methods,
                                                  guidedmixup::Size size,
                                                  guidedmixup::ParallelFor parallel,
                                                  guidedmixup::StageTimes* times);
}

namespace guidedmixup::test {

TestedDevice tested_device() {
  CudaDevices found;
  guidedmixup_cuda_devices(found);
  if (found.devices.empty()) return {false, found.obstacle};
  return {found.devices[0].obstacle.empty(), found.devices[0].name};
}

std::unique_ptr<Engine> make_host_engine(int device, std::span<const Method> methods, Size size,
                                         ParallelFor parallel) {
  return std::unique_ptr<Engine>(
      guidedmixup_make_cuda_engine(device, methods, size, std::move(parallel), nullptr));
}

std::unique_ptr<Engine> make_tested_engine(std::span<const Method> methods, Size size,
                                           ParallelFor parallel) {
  return make_host_engine(0, methods, size, std::move(parallel));
}

}  // namespace guidedmixup::test

#include "host_engine.hpp"

#include <utility>

#include "cuda_module.hpp"
#include "tested_engine.hpp"

extern "C" {
void guidedmixup_cuda_devices(guidedmixup::CudaDevices& devices);
guidedmixup::Engine* guidedmixup_make_cuda_engine(int number, const guidedmixup::MethodSet& methods,
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

EngineOfMethods make_host_engine(int device, std::span<const Method> methods, Size size,
                                 ParallelFor parallel) {
  auto set = std::make_unique<MethodSet>(methods, size);
  std::unique_ptr<Engine> engine(
      guidedmixup_make_cuda_engine(device, *set, std::move(parallel), nullptr));
  return {.methods = std::move(set), .engine = std::move(engine)};
}

EngineOfMethods make_tested_engine(std::span<const Method> methods, Size size,
                                   ParallelFor parallel) {
  return make_host_engine(0, methods, size, std::move(parallel));
}

}  // namespace guidedmixup::test

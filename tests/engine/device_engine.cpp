// The engine as the program has it: the module, on a device.
#include <utility>

#include <guidedmixup/core/error.hpp>

#include "tested_engine.hpp"

namespace guidedmixup::test {

TestedDevice tested_device() {
  for (const EngineStatus& engine : engine_statuses()) {
    if (engine.name != "cuda") continue;
    // There may well be a device then.
    if (engine.detail.find("the module") != std::string::npos) throw RunError(engine.detail);
    return {engine.usable, engine.detail};
  }
  return {false, "no such engine"};
}

std::unique_ptr<Engine> make_tested_engine(std::span<const Method> methods, Size size,
                                           ParallelFor parallel) {
  return make_engine("cuda", methods, size, std::move(parallel));
}

}  // namespace guidedmixup::test

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

EngineOfMethods make_tested_engine(std::span<const Method> methods, Size size,
                                   ParallelFor parallel) {
  auto set = std::make_unique<MethodSet>(methods, size);
  auto engine = make_engine({.kind = Device::Kind::kCuda}, *set, std::move(parallel));
  return {.methods = std::move(set), .engine = std::move(engine)};
}

}  // namespace guidedmixup::test

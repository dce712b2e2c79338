/// The engine's sources, linked with the stand-in of CUDA on the host.
#pragma once

#include <memory>
#include <span>

#include <guidedmixup/engine/engine.hpp>

#include "support/whole_batch.hpp"

namespace guidedmixup::test {

[[nodiscard]] EngineOfMethods make_host_engine(int device, std::span<const Method> methods,
                                               Size size, ParallelFor parallel = serial_for);

}  // namespace guidedmixup::test

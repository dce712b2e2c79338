/// The CUDA engine that the conformance program is linked with.
#pragma once

#include <memory>
#include <span>
#include <string>

#include <guidedmixup/engine/engine.hpp>

#include "support/whole_batch.hpp"

namespace guidedmixup::test {

/// Whether it can be tested here: what it runs on, or why it cannot run. Throws RunError for a
/// module that does not fit the program: that is no reason to skip anything.
struct TestedDevice {
  bool usable;
  std::string detail;
};
[[nodiscard]] TestedDevice tested_device();

[[nodiscard]] EngineOfMethods make_tested_engine(std::span<const Method> methods, Size size,
                                                 ParallelFor parallel);

}  // namespace guidedmixup::test

/// Progress on standard error: a bar on a terminal, a line now and then elsewhere, JSON, or
/// nothing.
#pragma once

#include <memory>
#include <string>

#include <guidedmixup/run/reporter.hpp>

namespace guidedmixup {

/// `style` is auto, bar, plain, json or none. `quiet` leaves out notes and progress.
[[nodiscard]] std::unique_ptr<Reporter> make_progress(const std::string& style, bool quiet);

}  // namespace guidedmixup

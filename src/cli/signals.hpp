/// SIGINT and SIGTERM: the first asks the run to stop, the second ends the program at once.
#pragma once

#include <guidedmixup/run/reporter.hpp>

namespace guidedmixup {

/// The flag that the handlers set.
[[nodiscard]] const StopFlag& stop_flag();

/// Installs the handlers. Until then the signals end the program as usual.
void catch_stop_signals();

/// SIGPIPE ends the program quietly, whatever the parent process had set.
void restore_broken_pipe();

}  // namespace guidedmixup

/// SIGINT and SIGTERM: the first asks the run to stop, the second ends the program at once.
#pragma once

#include <guidedmixup/core/reporter.hpp>

namespace guidedmixup {

/// The flag that the handlers set.
[[nodiscard]] const StopFlag& stop_flag();

/// Installs the handlers. Until then the signals end the program as usual. To be called by who will
/// look at the flag again and again.
void catch_stop_signals();

/// SIGXCPU, a limit of processor time, sets the flag, too, once `catch_stop_signals` was called;
/// until then it ends the program with code 1 and a message.
void catch_processor_time();

}  // namespace guidedmixup

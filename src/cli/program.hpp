/// The program: which commands there are, and how each end becomes an exit code.
#pragma once

namespace guidedmixup {

/// Runs the command that the arguments name. Catches every exception; says on standard error what
/// went wrong and returns the exit code.
[[nodiscard]] int run_program(int argc, char** argv);

}  // namespace guidedmixup

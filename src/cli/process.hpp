/// What the program makes of the process that it was started as, before all else.
#pragma once

#include <string>

#include <sys/resource.h>

namespace guidedmixup {

/// Descriptors 0 to 2 that are closed are opened, so that no file of a run gets one of their
/// numbers; using them fails as before. Must come before anything opens a file.
void open_standard_streams();

/// A broken pipe ends the program quietly, whatever the parent process had set; a limit of file
/// sizes becomes an error of writing; a limit of processor time asks for an end somewhat before it
/// is reached; and what would abort the program (TBB refused a thread, memory exhausted where no
/// exception may pass) ends it with code 1 and a message.
void prepare_process();

/// Raises the stack's limit as far as it may be and is of use. Throws RunError when what is there
/// is too little to work with.
void raise_stack_limit();

/// An environment variable, "" when unset.
[[nodiscard]] std::string environment(const char* name);

/// The soft limit of processor time in seconds that leaves a run time to end in order; the same
/// when there is no limit, or time enough between the two already.
[[nodiscard]] rlim_t processor_time_before(const rlimit& limit);

}  // namespace guidedmixup

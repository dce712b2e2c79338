// Each part answers one way in which the surroundings can end the program without a word or spoil a
// file: closed streams, signals that the parent ignored, and the limits of `ulimit`.
#include "process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <limits>
#include <new>
#include <stdexcept>
#include <string_view>

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <fcntl.h>
#include <unistd.h>

#include <guidedmixup/core/error.hpp>

#include "exit_code.hpp"
#include "signals.hpp"

namespace guidedmixup {
namespace {

constexpr rlim_t kStackWanted = rlim_t{8} << 20U;  // the usual limit
constexpr rlim_t kStackNeeded = rlim_t{256} << 10U;
// Of processor time, over all threads.
constexpr rlim_t kSecondsToStop = 5;

// A limit that cannot be asked for counts as none.
rlimit limit_of(__rlimit_resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) limit = {RLIM_INFINITY, RLIM_INFINITY};
  return limit;
}

// A run takes and frees the same buffers again and again. Left to itself, glibc hands them back to
// the system each time, and the page faults of taking them anew cost as much as the mixing. Larger
// buffers than these still come and go: nobody wants to keep the memory of one huge image, or 16
// threads the memory of a large one each.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kLargestKept = 32 * 1024 * 1024;  // glibc allows no more
  mallopt(M_MMAP_THRESHOLD, kLargestKept);
  mallopt(M_TRIM_THRESHOLD, kLargestKept);
  // Each arena of malloc reserves 64 MiB of addresses; where these are limited, they may take a
  // quarter.
  constexpr rlim_t kArena = rlim_t{64} << 20U;
  const rlimit addresses = limit_of(RLIMIT_AS);
  if (addresses.rlim_cur != RLIM_INFINITY) {
    mallopt(M_ARENA_MAX,
            static_cast<int>(std::clamp<rlim_t>(addresses.rlim_cur / 4 / kArena, 1, 64)));
  }
#endif
}

// By write() alone: standard streams and formatting may need memory, or a lock that the failed code
// holds.
void say(std::string_view text) {
  // Nothing more can be done when this fails.
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

// The system refused a thread or memory where no exception may be thrown. No destructor runs:
// shards are published by one rename, so what is unfinished is simply thrown away by the next run.
[[noreturn]] void end_at_once(std::string_view reason) {
  say("guidedmixup: the program had to stop immediately: ");
  say(reason);
  say("\nTry fewer --threads. 'augment --resume' continues an interrupted run.\n");
  _exit(static_cast<int>(ExitCode::kFailed));
}

// abort() rather than an exit code: a core dump shows where.
[[noreturn]] void abort_by_mistake(std::string_view reason) {
  say("guidedmixup: internal error: ");
  say(reason);
  say("\nThis is a bug in guidedmixup. Please report it together with the command.\n");
  std::abort();
}

// Without a stack that could be unwound, perhaps without memory. What comes from outside (memory,
// the system's errors) is told apart from a mistake of ours as in run_program.
[[noreturn]] void terminate() {
  try {
    if (const auto error = std::current_exception()) std::rethrow_exception(error);
    abort_by_mistake("terminated without an exception");
  } catch (const std::bad_alloc&) {
    end_at_once("out of memory");
  } catch (const std::runtime_error& error) {
    end_at_once(error.what());
  } catch (const std::exception& error) {
    abort_by_mistake(error.what());
  } catch (...) {
    abort_by_mistake("an unknown exception");
  }
}

// The kernel sends SIGXCPU at the soft limit and SIGKILL at the hard one. `ulimit -t` sets both to
// the same value, which leaves no time between them.
void leave_time_to_stop() {
  rlimit limit = limit_of(RLIMIT_CPU);
  const rlim_t wanted = processor_time_before(limit);
  if (wanted == limit.rlim_cur) return;
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace

void open_standard_streams() {
  for (const int wanted : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(wanted, F_GETFD) != -1 || errno != EBADF) continue;
    // For the wrong direction: reading or writing is the error that it was. The lowest number that
    // is free is taken, which is this one.
    const int mode = wanted == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    int fd = open("/dev/null", mode);
    if (fd < 0) fd = open("/", O_RDONLY | O_DIRECTORY);  // no /dev: fails as well
    if (fd != wanted) _exit(static_cast<int>(ExitCode::kFailed));
  }
}

void prepare_process() {
  // An ignored SIGPIPE is inherited; `guidedmixup methods | head` would then end with an error.
  std::signal(SIGPIPE, SIG_DFL);
  // write() then fails with EFBIG, and the message names the file.
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_terminate(terminate);
  keep_freed_memory();
  catch_processor_time();
  leave_time_to_stop();
}

void raise_stack_limit() {
  // The main thread's stack grows on demand up to the limit of the moment, so raising it takes
  // effect at once. Other threads have stacks of the size that they were made with.
  rlimit limit = limit_of(RLIMIT_STACK);
  const rlim_t wanted = std::min(kStackWanted, limit.rlim_max);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_STACK, &limit);
  }
  const rlim_t found = limit_of(RLIMIT_STACK).rlim_cur;
  if (found >= kStackNeeded) return;
  throw RunError("the stack is limited to " + std::to_string(found / 1024) + " KiB, but " +
                 std::to_string(kStackNeeded / 1024) + " KiB are needed: see 'ulimit -s'");
}

rlim_t processor_time_before(const rlimit& limit) {
  if (limit.rlim_max == RLIM_INFINITY) return limit.rlim_cur;
  // At most half of a short limit: a run of four seconds of processor time should compute for two.
  const rlim_t last = limit.rlim_max - std::min(kSecondsToStop, limit.rlim_max / 2);
  return std::min(limit.rlim_cur, last);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace guidedmixup

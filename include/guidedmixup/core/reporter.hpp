/// What a run tells while it goes on, and how it is told to stop.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <guidedmixup/core/error.hpp>

namespace guidedmixup {

/// Receives what a run has to say. Calls may come from different threads: `advance` from several at
/// once, all others one at a time.
class Reporter {
 public:
  Reporter() = default;
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  virtual ~Reporter() = default;

  /// A sentence that the user should see once.
  virtual void note(const std::string& text) = 0;
  /// `total` images will be written, of which `done` are there from an earlier run.
  virtual void start(std::uint64_t total, std::uint64_t done) = 0;
  /// So many more are done.
  virtual void advance(std::uint64_t images) = 0;
  /// The run has come to its end.
  virtual void finish() = 0;
};

/// The number of the signal that asks to stop, 0 while there is none. Set from a signal handler.
using StopFlag = std::atomic<int>;
static_assert(StopFlag::is_always_lock_free);

/// Throws Cancelled that says `what` when somebody asks to stop.
inline void throw_if_stopped(const StopFlag& stop, const char* what = "stopped by a signal") {
  if (const int signal = stop.load(); signal != 0) throw Cancelled(signal, what);
}

}  // namespace guidedmixup

/// The threads that a command's work is spread over.
#pragma once

#include <functional>
#include <memory>

#include <guidedmixup/core/reporter.hpp>

namespace guidedmixup {

/// Made right before the work. TBB ends the whole process when the system refuses it a thread (a
/// limit of processes or of memory, `ulimit -u` or `-v`, a control group's `pids.max`), so the
/// system is asked first, and as many are used as it gives, with a note when these are fewer.
class WorkerThreads {
 public:
  /// `wanted` is at least 1, the calling thread included.
  WorkerThreads(int wanted, Reporter& reporter);
  ~WorkerThreads();
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  [[nodiscard]] int count() const { return count_; }

  /// Runs `work` with that many threads for the loops of TBB in it, and waits for its end.
  void run(const std::function<void()>& work);

 private:
  struct Arena;
  int count_;
  std::unique_ptr<Arena> arena_;
};

}  // namespace guidedmixup

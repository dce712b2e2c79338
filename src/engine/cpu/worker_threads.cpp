// The limit keeps TBB from starting more threads than the system was seen to give; the arena keeps
// the loops of a command among them.
#include <string>

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <guidedmixup/core/spare.hpp>
#include <guidedmixup/engine/worker_threads.hpp>

namespace guidedmixup {
namespace {

// Asked before TBB starts them: TBB reports a missing thread where nobody can catch
// the error.
int threads_for(int wanted, Reporter& reporter) {
  const int count = spare_threads(wanted);
  if (count < wanted) {
    reporter.note("the system allows this process only " + std::to_string(count) + " of " +
                  std::to_string(wanted) + " threads (process or memory limit, see 'ulimit'); " +
                  "continuing with these");
  }
  return count;
}

}  // namespace

// In this order: the limit must hold before the pool starts its first thread.
struct WorkerThreads::Arena {
  explicit Arena(int count)
      : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(count)),
        arena(count) {}

  tbb::global_control limit;
  tbb::task_arena arena;
};

WorkerThreads::WorkerThreads(int wanted, Reporter& reporter)
    : count_(threads_for(wanted, reporter)), arena_(std::make_unique<Arena>(count_)) {}

WorkerThreads::~WorkerThreads() = default;

void WorkerThreads::run(const std::function<void()>& work) { arena_->arena.execute(work); }

}  // namespace guidedmixup

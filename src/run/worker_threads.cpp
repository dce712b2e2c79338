#include "worker_threads.hpp"

#include <string>

#include <guidedmixup/core/spare.hpp>

namespace guidedmixup {
namespace {

int threads_for(int wanted, Reporter& reporter) {
  const int count = spare_threads(wanted);
  if (count < wanted) {
    reporter.note("the system lets this process have " + std::to_string(count) + " of " +
                  std::to_string(wanted) + " threads (a limit of processes or of memory, as by " +
                  "'ulimit'); going on with these");
  }
  return count;
}

}  // namespace

WorkerThreads::WorkerThreads(int wanted, Reporter& reporter)
    : count_(threads_for(wanted, reporter)),
      limit_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(count_)),
      arena_(count_) {}

}  // namespace guidedmixup

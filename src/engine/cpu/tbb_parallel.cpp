#include <atomic>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

ParallelFor tbb_parallel_for() {
  return [](int count, const std::function<void(int)>& work) {
    // A context of its own: when another mini-batch fails, TBB cancels the pipeline and all loops
    // below it, and a cancelled loop returns without having run each piece, as if all were done.
    tbb::task_group_context context(tbb::task_group_context::isolated);
    // Before and after the loop the threads meet here: proof that each piece was run, and visible
    // to whoever checks for races and cannot look into TBB.
    std::atomic<int> begun{0};
    std::atomic<int> done{0};
    begun.store(1, std::memory_order_release);
    // Pieces of work are whole images or blocks of a matrix: large enough to be handed out singly.
    tbb::parallel_for(
        tbb::blocked_range<int>(0, count, 1),
        [&](const tbb::blocked_range<int>& range) {
          GUIDEDMIXUP_CHECK(begun.load(std::memory_order_acquire), ==, 1);
          for (int i = range.begin(); i != range.end(); ++i) work(i);
          done.fetch_add(static_cast<int>(range.size()), std::memory_order_acq_rel);
        },
        tbb::simple_partitioner{}, context);
    GUIDEDMIXUP_CHECK(done.load(std::memory_order_acquire), ==, count);
  };
}

}  // namespace guidedmixup

// The one way in which engines use threads: a loop over pieces of work, on TBB's pool.
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_group.h>

#include <guidedmixup/core/meeting_point.hpp>
#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

ParallelFor tbb_parallel_for() {
  return [](int count, const std::function<void(int)>& work) {
    // A context of its own: when another mini-batch fails, TBB cancels the pipeline and all loops
    // below it, and a cancelled loop returns without having run each piece, as if all were done.
    tbb::task_group_context context(tbb::task_group_context::isolated);
    MeetingPoint meeting_point;
    const MeetingPoint::Wait wait(meeting_point);
    // Pieces of work are whole images or blocks of a matrix: large enough to be handed out singly.
    tbb::parallel_for(
        tbb::blocked_range<int>(0, count, 1),
        [&](const tbb::blocked_range<int>& range) {
          const MeetingPoint::Piece piece(meeting_point);
          for (int i = range.begin(); i != range.end(); ++i) work(i);
        },
        tbb::simple_partitioner{}, context);
  };
}

}  // namespace guidedmixup

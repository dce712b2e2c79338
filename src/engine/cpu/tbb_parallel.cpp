#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {

ParallelFor tbb_parallel_for() {
  return [](int count, const std::function<void(int)>& work) {
    // Pieces of work are whole images or blocks of a matrix: large enough to be handed out singly.
    tbb::parallel_for(
        tbb::blocked_range<int>(0, count, 1),
        [&](const tbb::blocked_range<int>& range) {
          for (int i = range.begin(); i != range.end(); ++i) work(i);
        },
        tbb::simple_partitioner{});
  };
}

}  // namespace guidedmixup

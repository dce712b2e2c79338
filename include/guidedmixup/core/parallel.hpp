/// The seam between numeric code and threads: code that has independent pieces of work asks for a
/// runner and never names a thread library. The caller brings the pool.
#pragma once

#include <functional>

namespace guidedmixup {

/// Calls `work(i)` once for each i in 0 ... count - 1, in any order, perhaps at the same time.
/// Returns when all are done; an exception of `work` is passed on.
using ParallelFor = std::function<void(int count, const std::function<void(int)>& work)>;

/// The runner without threads: a plain loop in order.
inline void serial_for(int count, const std::function<void(int)>& work) {
  for (int i = 0; i < count; ++i) work(i);
}

}  // namespace guidedmixup

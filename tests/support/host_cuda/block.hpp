/// Runs the threads of one block, one at a time, each as far as its next barrier.
#pragma once

#include <functional>

namespace host_cuda {

/// Sets `threadIdx` for each thread. Not from several threads of the host at the same time.
void run_block(int threads, const std::function<void()>& thread);

}  // namespace host_cuda

#include "block.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <ucontext.h>
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

#include "cuda_runtime.h"

namespace host_cuda {
namespace {

// A place to execute in. Switching keeps the thread sanitizer told.
struct Place {
  ucontext_t context{};
#ifdef __SANITIZE_THREAD__
  void* fiber = nullptr;
#endif
};

// Not instrumented: what the thread sanitizer notes at a function's entry belongs to the fiber that
// it was entered in.
__attribute__((no_sanitize("thread"), noinline)) void go(Place& from, Place& to) {
#ifdef __SANITIZE_THREAD__
  __tsan_switch_to_fiber(to.fiber, 0);
#endif
  swapcontext(&from.context, &to.context);
}

// Runs threads of a block one after the other; a thread that comes to a barrier keeps its fiber
// until it is resumed.
struct Fiber {
  static constexpr std::size_t kStack = std::size_t{256} << 10U;
  Place place;
  std::unique_ptr<char[]> stack{new char[kStack]};
  uint3 thread;
  bool at_barrier = false;
};

class Block {
 public:
  void run(int threads, const std::function<void()>& thread) {
#ifdef __SANITIZE_THREAD__
    scheduler_.fiber = __tsan_get_current_fiber();
#endif
    threads_ = threads;
    started_ = 0;
    thread_ = &thread;
    std::vector<Fiber*> waiting;
    while (started_ < threads_) {
      Fiber* fiber = idle_fiber();
      resume(*fiber, waiting);
    }
    while (!waiting.empty()) {
      if (static_cast<int>(waiting.size()) != threads_) {
        std::fprintf(stderr, "host_cuda: %zu of %d threads of a block are at a barrier\n",
                     waiting.size(), threads_);
        std::abort();
      }
      backwards_ = !backwards_;
      std::vector<Fiber*> next;
      for (auto fiber = waiting.rbegin(); fiber != waiting.rend(); ++fiber) resume(**fiber, next);
      waiting = std::move(next);
    }
  }

  void barrier() {
    Fiber& own = *running_;
    own.thread = threadIdx;
    own.at_barrier = true;
    go(own.place, scheduler_);
    threadIdx = own.thread;
  }

 private:
  void resume(Fiber& fiber, std::vector<Fiber*>& waiting) {
    fiber.at_barrier = false;
    running_ = &fiber;
    go(scheduler_, fiber.place);
    if (fiber.at_barrier) {
      waiting.push_back(&fiber);
    } else {
      idle_.push_back(&fiber);
    }
  }

  Fiber* idle_fiber() {
    if (idle_.empty()) {
      Fiber& fiber = *fibers_.emplace_back(std::make_unique<Fiber>());
      getcontext(&fiber.place.context);
      fiber.place.context.uc_stack.ss_sp = fiber.stack.get();
      fiber.place.context.uc_stack.ss_size = Fiber::kStack;
      makecontext(&fiber.place.context, &Block::enter, 0);
#ifdef __SANITIZE_THREAD__
      fiber.place.fiber = __tsan_create_fiber(0);
#endif
      idle_.push_back(&fiber);
    }
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }

  static void enter();

  void work(Fiber& own) {
    for (;;) {
      while (started_ < threads_) {
        const int number = backwards_ ? threads_ - 1 - started_ : started_;
        ++started_;
        threadIdx = {static_cast<unsigned>(number), 0, 0};
        (*thread_)();
      }
      go(own.place, scheduler_);
    }
  }

  Place scheduler_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> idle_;
  Fiber* running_ = nullptr;
  int threads_ = 0;
  int started_ = 0;
  bool backwards_ = false;
  const std::function<void()>* thread_ = nullptr;
};

Block& block() {
  static auto* the_block = new Block;  // its fibers never end, so nobody may destroy them
  return *the_block;
}

void Block::enter() { block().work(*block().running_); }

}  // namespace

void run_block(int threads, const std::function<void()>& thread) { block().run(threads, thread); }

}  // namespace host_cuda

void __syncthreads() { host_cuda::block().barrier(); }

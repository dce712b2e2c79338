// Asks the system for threads and memory, and gives them back: for libraries that end the process
// when they are refused some.
#include <latch>
#include <vector>

#include <pthread.h>
#include <sys/mman.h>

#include <guidedmixup/core/spare.hpp>

namespace guidedmixup {
namespace {

// What TBB asks for: under a limit of addresses the stacks count, used or not.
constexpr std::size_t kStackBytes = std::size_t{4} << 20U;

void* wait_for(void* latch) {
  static_cast<std::latch*>(latch)->wait();
  return nullptr;
}

}  // namespace

int spare_threads(int wanted) {
  std::vector<pthread_t> started;
  started.reserve(static_cast<std::size_t>(wanted));
  // By pthread and not std::thread, which takes no size for the stack.
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  // All at the same time: a limit of threads counts those that live, so each waits for the last one
  // to have started.
  std::latch all_are_there(1);
  // The calling thread is one of those that are wanted.
  int count = 1;
  for (pthread_t thread{}; count < wanted; ++count) {
    // Whatever the reason, it is the system's answer to one thread more.
    if (pthread_create(&thread, &attributes, wait_for, &all_are_there) != 0) break;
    started.push_back(thread);
  }
  all_are_there.count_down();
  for (const pthread_t thread : started) pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return count;
}

// Mapped, not touched: limits of addresses (ulimit -v) and of promised memory are met, and no page
// is used.
bool has_spare_memory(std::size_t bytes) {
  void* place = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) return false;
  munmap(place, bytes);
  return true;
}

}  // namespace guidedmixup

#include "decode_turn.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <guidedmixup/core/memory_left.hpp>
#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {
namespace image_io {
namespace {

// One budget for the process: all runs and threads share its memory.
std::mutex mutex;
std::condition_variable changed;
std::atomic<std::uint64_t> budget{std::uint64_t{1} << 30U};
std::uint64_t held = 0;
// As at a counter: whose number is called may go in once there is room.
std::uint64_t next_number = 0;
std::uint64_t called = 0;

// The allocator keeps what a thread frees for that thread. After a large image each would sit on
// its memory though it is another's turn. Where many threads may do so within the budget, the
// memory stays: taking it anew costs a tenth of the time of a PNG of 6 megapixel.
bool is_to_be_given_back(std::uint64_t bytes) {
  // As large as a photograph of 5 megapixel.
  constexpr std::uint64_t kLarge = std::uint64_t{16} * 1024 * 1024;
  constexpr std::uint64_t kManyThreads = 32;
  return bytes >= std::max(kLarge, budget / kManyThreads);
}

// malloc_trim passes over the end of each thread's memory, which free() alone gives back, and only
// beyond a size. That has to be small before the first large image is freed.
void give_back_at_once() {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
#endif
}

}  // namespace

DecodeTurn::DecodeTurn(std::uint64_t bytes) {
  if (is_to_be_given_back(bytes)) give_back_at_once();
  std::unique_lock lock(mutex);
  const std::uint64_t number = next_number++;
  changed.wait(lock, [&] {
    // A decoding that needs more than the budget waits until nothing else is held, and then runs.
    return number == called && (held == 0 || (held <= budget && bytes <= budget - held));
  });
  bytes_ = bytes;
  held += bytes_;
  ++called;
  // All who wait are woken, and the one whose number is called goes on. They are few: no more than
  // there are threads.
  if (called != next_number) changed.notify_all();
}

DecodeTurn::~DecodeTurn() {
  if (is_to_be_given_back(bytes_)) give_back_memory();
  const std::lock_guard lock(mutex);
  held -= bytes_;
  if (called != next_number) changed.notify_all();
}

}  // namespace image_io

void set_decode_memory(std::optional<std::uint64_t> asked) {
  const std::uint64_t bytes = decode_budget(asked);
  const std::lock_guard lock(image_io::mutex);
  image_io::budget = bytes;
}

}  // namespace guidedmixup

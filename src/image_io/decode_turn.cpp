#include "decode_turn.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {
namespace image_io {
namespace {

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
void give_back_memory(std::uint64_t bytes) {
#ifdef __GLIBC__
  constexpr std::uint64_t kLarge = std::uint64_t{16} * 1024 * 1024;
  constexpr std::uint64_t kManyThreads = 32;
  if (bytes >= std::max(kLarge, budget / kManyThreads)) malloc_trim(0);
#endif
}

}  // namespace

DecodeTurn::DecodeTurn(std::uint64_t bytes) {
  std::unique_lock lock(mutex);
  const std::uint64_t number = next_number++;
  changed.wait(lock, [&] {
    return number == called && (held == 0 || (held <= budget && bytes <= budget - held));
  });
  bytes_ = bytes;
  held += bytes_;
  ++called;
  if (called != next_number) changed.notify_all();
}

DecodeTurn::~DecodeTurn() {
  give_back_memory(bytes_);
  const std::lock_guard lock(mutex);
  held -= bytes_;
  if (called != next_number) changed.notify_all();
}

}  // namespace image_io

void set_decode_memory(std::uint64_t bytes) {
  const std::lock_guard lock(image_io::mutex);
  image_io::budget = bytes;
}

}  // namespace guidedmixup

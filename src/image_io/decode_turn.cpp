#include "decode_turn.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace guidedmixup::image_io {
namespace {

constexpr std::int64_t kFreePixels = 16'000'000;
// One image of the default limit (100 megapixel), or five of 20.
constexpr std::int64_t kBudgetBytes = 300'000'000;

std::mutex mutex;
std::condition_variable returned;
std::int64_t held_bytes = 0;

}  // namespace

DecodeTurn::DecodeTurn(Size size) {
  if (size.pixels() <= kFreePixels) return;
  // An image beyond the whole budget takes all of it: it runs alone, but it runs.
  bytes_ = std::min(size.pixels() * kChannels, kBudgetBytes);
  std::unique_lock lock(mutex);
  returned.wait(lock, [&] { return held_bytes + bytes_ <= kBudgetBytes; });
  held_bytes += bytes_;
}

DecodeTurn::~DecodeTurn() {
  if (bytes_ == 0) return;
  {
    const std::lock_guard lock(mutex);
    held_bytes -= bytes_;
  }
  returned.notify_all();
}

}  // namespace guidedmixup::image_io

/// Where threads of a pool meet the one that waits for them.
#pragma once

#include <atomic>

namespace guidedmixup {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool kUnderThreadSanitizer = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool kUnderThreadSanitizer = true;
#else
inline constexpr bool kUnderThreadSanitizer = false;
#endif
#else
inline constexpr bool kUnderThreadSanitizer = false;
#endif

/// TBB orders the pieces of a loop or pipeline before whoever waits for it, but its library is
/// closed to the thread sanitizer, which would report races that are none. Each piece holds a
/// `Piece` while it runs; the one who waits holds a `Wait` around the whole. Both work through
/// exceptions as well. In a build without that sanitizer nothing is left of them.
class MeetingPoint {
 public:
  class Piece {
   public:
    explicit Piece(MeetingPoint& point) : point_(point) {
      if constexpr (kUnderThreadSanitizer) point_.order_.load(std::memory_order_acquire);
    }
    ~Piece() {
      if constexpr (kUnderThreadSanitizer) point_.order_.fetch_add(1, std::memory_order_acq_rel);
    }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

   private:
    MeetingPoint& point_;
  };

  class Wait {
   public:
    explicit Wait(MeetingPoint& point) : point_(point) {
      if constexpr (kUnderThreadSanitizer) point_.order_.fetch_add(1, std::memory_order_release);
    }
    ~Wait() {
      if constexpr (kUnderThreadSanitizer) point_.order_.load(std::memory_order_acquire);
    }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    MeetingPoint& point_;
  };

 private:
  std::atomic<unsigned> order_{0};
};

}  // namespace guidedmixup

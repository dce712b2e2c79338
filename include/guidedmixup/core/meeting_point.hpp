/// Where threads of a pool meet the one that waits for them.
#pragma once

#include <atomic>

namespace guidedmixup {

/// TBB orders the pieces of a loop or pipeline before whoever waits for it, but its library is
/// closed to tools that check for races. Each piece holds a `Piece` while it runs; the one who
/// waits holds a `Wait` around the whole. Both work through exceptions as well.
class MeetingPoint {
 public:
  class Piece {
   public:
    explicit Piece(MeetingPoint& point) : point_(point) {
      point_.order_.load(std::memory_order_acquire);
    }
    ~Piece() { point_.order_.fetch_add(1, std::memory_order_acq_rel); }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

   private:
    MeetingPoint& point_;
  };

  class Wait {
   public:
    explicit Wait(MeetingPoint& point) : point_(point) {
      point_.order_.fetch_add(1, std::memory_order_release);
    }
    ~Wait() { point_.order_.load(std::memory_order_acquire); }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    MeetingPoint& point_;
  };

 private:
  std::atomic<unsigned> order_{0};
};

}  // namespace guidedmixup

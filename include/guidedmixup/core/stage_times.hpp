/// Where the time of a run goes.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace guidedmixup {

/// The steps of a run that are timed, in the order of the data's way.
enum class Stage {
  kLoading,
  kSaliency,
  kDistances,
  kPairing,
  kMixing,
  kEncoding,
  kWriting,
  kPublishing
};

inline constexpr std::array<std::string_view, 8> kStageNames{
    "loading", "saliency", "distances", "pairing", "mixing", "encoding", "writing", "publishing"};

/// Seconds that all threads together spent in each stage. Safe to use from several threads.
class StageTimes {
 public:
  [[nodiscard]] double seconds(Stage stage) const {
    return 1e-9 * static_cast<double>(nanoseconds_[index(stage)].load(std::memory_order_relaxed));
  }

  /// Adds the time from its construction to its end. `times` may be null: then nobody asks.
  class Timer {
   public:
    Timer(StageTimes* times, Stage stage) : times_(times), stage_(stage), start_(Clock::now()) {}
    ~Timer() {
      if (times_ == nullptr) return;
      const auto spent =
          std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_);
      times_->nanoseconds_[index(stage_)].fetch_add(spent.count(), std::memory_order_relaxed);
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    using Clock = std::chrono::steady_clock;
    StageTimes* times_;
    Stage stage_;
    Clock::time_point start_;
  };

 private:
  static std::size_t index(Stage stage) { return static_cast<std::size_t>(stage); }
  std::array<std::atomic<std::int64_t>, kStageNames.size()> nanoseconds_{};
};

}  // namespace guidedmixup

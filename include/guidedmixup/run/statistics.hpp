/// What a run did and where its time went; never part of the output, which knows no clock.
#pragma once

#include <atomic>
#include <cstdint>

#include <guidedmixup/core/stage_times.hpp>

namespace guidedmixup {

/// Filled while a run goes on, from several threads.
struct RunStatistics {
  StageTimes stages;
  std::atomic<std::uint64_t> images_read{0};     ///< files decoded, bad ones included
  std::atomic<std::uint64_t> bytes_read{0};      ///< of those files
  std::atomic<std::uint64_t> images_written{0};  ///< of all methods
  std::atomic<std::uint64_t> bytes_written{0};   ///< of those images
  std::atomic<std::uint64_t> samples_warned{0};  ///< good ones with an oddity beside the pixels
  std::atomic<std::uint64_t> damaged_used{0};    ///< samples used in spite of damage
  int threads = 1;                               ///< those that the run has got
};

}  // namespace guidedmixup

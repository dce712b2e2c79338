/// Images that are used again in later rounds.
#pragma once

#include <cstdint>

#include <guidedmixup/core/kept_samples.hpp>
#include <guidedmixup/run/pipeline.hpp>

namespace guidedmixup {

/// Loads the first `kept` samples of the listing once and all others each time.
class ImageCache final : public ImageSource {
 public:
  /// All outlive the cache.
  ImageCache(const ImageSource& source, std::uint32_t kept, RunStatistics& statistics);
  [[nodiscard]] Result<SharedImage> load(std::uint32_t sample) const override;

 private:
  const ImageSource& source_;
  RunStatistics& statistics_;
  mutable KeptSamples<SharedImage> images_;
};

/// How many of a run's samples can be kept: as many as `budget` bytes hold, none when each is used
/// once.
[[nodiscard]] std::uint64_t samples_to_keep(std::uint64_t samples, std::uint32_t passes,
                                            std::uint64_t sample_bytes, std::uint64_t budget);

/// Bytes to keep samples in: what was asked for, but at most half of what `left` leaves beyond the
/// run's `own` needs, since nobody knows beforehand how much memory the largest images will take.
[[nodiscard]] std::uint64_t cache_budget(std::uint64_t asked, std::uint64_t left,
                                         std::uint64_t own);

}  // namespace guidedmixup

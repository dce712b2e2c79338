/// Images that are used again in later rounds.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include <guidedmixup/run/pipeline.hpp>

namespace guidedmixup {

/// Loads the first `kept` samples of the listing once and all others each time. Nothing is ever
/// dropped: a round takes all samples in an order of its own, so the one that was not used for
/// longest is no less likely to be next than another.
class ImageCache final : public ImageSource {
 public:
  /// All outlive the cache.
  ImageCache(const ImageSource& source, std::uint32_t kept, RunStatistics& statistics);
  [[nodiscard]] Result<SharedImage> load(std::uint32_t sample) const override;

 private:
  const ImageSource& source_;
  RunStatistics& statistics_;
  mutable std::mutex mutex_;
  mutable std::vector<SharedImage> images_;
};

/// How many samples of a run to keep: as many as `budget` bytes hold, none when each is used once.
[[nodiscard]] std::uint32_t samples_to_keep(std::uint64_t samples, std::uint32_t passes,
                                            std::uint64_t sample_bytes, std::uint64_t budget);

}  // namespace guidedmixup

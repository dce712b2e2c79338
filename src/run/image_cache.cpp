#include "image_cache.hpp"

#include <algorithm>

namespace guidedmixup {

ImageCache::ImageCache(const ImageSource& source, std::uint32_t kept, RunStatistics& statistics)
    : source_(source), statistics_(statistics), images_(kept) {}

Result<SharedImage> ImageCache::load(std::uint32_t sample) const {
  if (auto kept = images_.find(sample)) {
    statistics_.cache_hits.fetch_add(1, std::memory_order_relaxed);
    return *std::move(kept);
  }
  // What cannot be loaded is tried again in each round: that file may have been mended.
  Result<SharedImage> loaded = source_.load(sample);
  if (loaded.ok()) images_.keep(sample, loaded.value());
  return loaded;
}

std::uint64_t samples_to_keep(std::uint64_t samples, std::uint32_t passes,
                              std::uint64_t sample_bytes, std::uint64_t budget) {
  return passes < 2 ? 0 : std::min(samples, budget / sample_bytes);
}

std::uint64_t cache_budget(std::uint64_t asked, std::uint64_t left, std::uint64_t own) {
  return std::min(asked, (left - std::min(left, own)) / 2);
}

}  // namespace guidedmixup

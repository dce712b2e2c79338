#include "image_cache.hpp"

#include <algorithm>

namespace guidedmixup {

ImageCache::ImageCache(const ImageSource& source, std::uint32_t kept, RunStatistics& statistics)
    : source_(source), statistics_(statistics), images_(kept) {}

Result<SharedImage> ImageCache::load(std::uint32_t sample) const {
  if (sample >= images_.size()) return source_.load(sample);
  {
    const std::lock_guard lock(mutex_);
    if (images_[sample] != nullptr) {
      statistics_.cache_hits.fetch_add(1, std::memory_order_relaxed);
      return images_[sample];
    }
  }
  // Outside the lock: two rounds may load one sample at the same time, and get equal images. What
  // cannot be loaded is tried again in each round, since that file may have been mended.
  Result<SharedImage> loaded = source_.load(sample);
  if (loaded.ok()) {
    const std::lock_guard lock(mutex_);
    images_[sample] = loaded.value();
  }
  return loaded;
}

std::uint32_t samples_to_keep(std::uint64_t samples, std::uint32_t passes,
                              std::uint64_t sample_bytes, std::uint64_t budget) {
  if (passes < 2) return 0;
  return static_cast<std::uint32_t>(std::min(samples, budget / sample_bytes));
}

}  // namespace guidedmixup

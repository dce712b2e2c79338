/// What is computed once for a sample and used again in later rounds.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace guidedmixup {

/// Holds a value, cheap to copy, for each of the first samples of the listing. Nothing is ever
/// dropped: a round takes all samples in an order of its own, so the one that was not used for
/// longest is no less likely to be next than another. Safe to use from several threads.
template <typename Value>
class KeptSamples {
 public:
  explicit KeptSamples(std::uint32_t count = 0) : values_(count) {}

  /// Nothing when it is not there yet, or never will be.
  [[nodiscard]] std::optional<Value> find(std::uint32_t sample) const {
    if (sample >= values_.size()) return std::nullopt;
    const std::lock_guard lock(mutex_);
    return values_[sample];
  }
  /// Does nothing for a sample that is not among the first. Two threads may have computed the value
  /// of one sample at the same time; they are equal.
  void keep(std::uint32_t sample, const Value& value) {
    if (sample >= values_.size()) return;
    const std::lock_guard lock(mutex_);
    values_[sample] = value;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::optional<Value>> values_;
};

/// Bytes of the objects around a kept value, roughly.
inline constexpr std::uint64_t kKeptOverhead = 256;

}  // namespace guidedmixup

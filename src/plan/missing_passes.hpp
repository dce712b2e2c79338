/// Which samples of a mini-batch lack outputs: a rejected one lacks that of every pass.
#pragma once

#include <cstdint>
#include <vector>

namespace guidedmixup {

/// The output numbers of a mini-batch of `length` samples are those of its first pass slot by slot,
/// then those of the next. Takes the same time for a range of any size.
class MissingPasses {
 public:
  MissingPasses(std::uint64_t first_number, std::uint32_t length)
      : first_number_(first_number), changes_(length) {}

  /// Numbers begin to end - 1, all of them of this mini-batch, are missing.
  void add(std::uint64_t begin, std::uint64_t end) {
    add_up_to(end, 1);
    add_up_to(begin, -1);
  }

  /// For each slot how many passes of it are missing.
  [[nodiscard]] std::vector<std::uint64_t> counts() const {
    std::vector<std::uint64_t> counts;
    counts.reserve(changes_.size());
    std::int64_t count = all_;
    for (const std::int64_t change : changes_) {
      count += change;
      counts.push_back(static_cast<std::uint64_t>(count));
    }
    return counts;
  }

 private:
  // Whole passes count for all slots; of the last one, slots up to a point: one more from slot 0,
  // one less from that point on.
  void add_up_to(std::uint64_t number, std::int64_t sign) {
    const std::uint64_t length = changes_.size();
    const std::uint64_t places = number - first_number_;
    all_ += sign * static_cast<std::int64_t>(places / length);
    if (places % length == 0) return;
    changes_[0] += sign;
    changes_[places % length] -= sign;
  }

  std::uint64_t first_number_;
  std::int64_t all_ = 0;
  std::vector<std::int64_t> changes_;  // of the count, from each slot on
};

}  // namespace guidedmixup

/// What a run keeps of each sample, for any number of samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup {

/// Paths and labels of a listing, in its order. Folders are kept once, names one after the other:
/// 12 bytes a sample beside the name, a fifth of what a vector of strings takes, and a run may have
/// millions. Immutable: safe to read from any thread.
class SampleTable {
 public:
  SampleTable() = default;
  explicit SampleTable(const std::vector<Sample>& samples);

  [[nodiscard]] std::size_t size() const { return labels_.size(); }
  /// Relative to the listing's root.
  [[nodiscard]] std::string path(std::size_t sample) const;
  [[nodiscard]] int label(std::size_t sample) const { return labels_[sample]; }

 private:
  // Ends of names are counted from the start of their block, so that they fit into 32 bits.
  static constexpr std::size_t kBlock = 4096;

  [[nodiscard]] std::uint64_t name_end(std::size_t sample) const {
    return block_begins_[sample / kBlock] + name_ends_[sample];
  }

  std::vector<std::string> folders_;  // with their last '/'
  std::vector<std::uint32_t> folder_of_;
  std::string names_;
  std::vector<std::uint64_t> block_begins_;
  std::vector<std::uint32_t> name_ends_;
  std::vector<std::int32_t> labels_;
};

}  // namespace guidedmixup

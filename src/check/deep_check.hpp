/// Recomputes what a manifest says from the sources: partners, distances, draws, weights and
/// pixels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/core/reporter.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/manifest.hpp>

#include "differences.hpp"
#include "recorded_batch.hpp"

namespace guidedmixup {

/// Samples come in manifest order; memory holds the images of one mini-batch, the records of all
/// its rounds, and the outputs of one.
class DeepCheck {
 public:
  /// Throws RunError when the sources' folder is not there or the method is unknown.
  DeepCheck(std::filesystem::path folder, const ManifestHeader& header,
            const std::optional<std::string>& input_root, Differences& differences,
            const StopFlag& stop);

  /// `has_size`: the image is there, of the manifest's size. Where none of a mini-batch has,
  /// nothing is recomputed: the header would say how much memory that takes.
  void add(const SampleRecord& record, bool has_size);
  void finish();
  [[nodiscard]] const std::string& root() const { return run_.sources.root(); }
  [[nodiscard]] std::uint64_t recomputed() const { return recomputed_; }

 private:
  void check_batch();
  void check_passes(RecordedBatch& batch);
  [[nodiscard]] std::optional<std::vector<int>> check_partners(RecordedPass pass,
                                                               RecordedBatch& batch);
  [[nodiscard]] bool check_mixed(RecordedPass pass, RecordedBatch& batch);
  void check_unmixed(RecordedPass pass, const std::vector<SharedImage>& images);
  void compare(const SampleRecord& record, const MixedImage& mixed,
               std::optional<float> pair_distance);
  void compare_pixels(const SampleRecord& record, ImageView expected);
  void add_difference(const SampleRecord& record, const std::string& text);

  std::filesystem::path folder_;
  ManifestHeader header_;
  Differences& differences_;
  const StopFlag& stop_;
  RecordedMethod run_;
  EncodeOptions encode_;
  double no_distance_;                 // so small a distance between maps is rounding
  std::vector<SampleRecord> records_;  // of one mini-batch
  bool has_size_ = false;
  std::uint64_t recomputed_ = 0;
};

}  // namespace guidedmixup

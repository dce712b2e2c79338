/// Recomputes what a manifest says from the sources: partners, distances, draws, weights and
/// pixels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/run/reporter.hpp>

#include "differences.hpp"
#include "source_folder.hpp"

namespace guidedmixup {

/// Samples come in manifest order; memory holds one mini-batch.
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
  [[nodiscard]] const std::string& root() const { return sources_.root(); }
  [[nodiscard]] std::uint64_t recomputed() const { return recomputed_; }

 private:
  void check_batch();
  void check_mixed(std::vector<Image> images);
  void check_unmixed(const std::vector<Image>& images);
  [[nodiscard]] std::optional<std::vector<Image>> load_sources();
  [[nodiscard]] std::optional<std::vector<int>> recorded_partners();
  void compare(const SampleRecord& record, const MixedImage& mixed,
               std::optional<float> pair_distance);
  void compare_pixels(const SampleRecord& record, ImageView expected);
  void add_difference(const SampleRecord& record, const std::string& text);

  std::filesystem::path folder_;
  ManifestHeader header_;
  Differences& differences_;
  const StopFlag& stop_;
  SourceFolder sources_;
  Method method_;
  std::uint64_t seed_ = 0;
  LoadOptions load_;
  EncodeOptions encode_;
  double no_distance_ = 0.0;  // so small a distance between maps is rounding
  ParallelFor parallel_;
  std::unique_ptr<Engine> engine_;
  std::vector<SampleRecord> batch_;
  bool has_size_ = false;
  std::uint64_t recomputed_ = 0;
};

}  // namespace guidedmixup

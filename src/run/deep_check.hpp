/// Recomputes what a manifest says from the sources: partners, distances, draws, weights and
/// pixels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/plan/plan.hpp>
#include <guidedmixup/run/reporter.hpp>

#include "differences.hpp"
#include "source_folder.hpp"

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
  [[nodiscard]] const std::string& root() const { return sources_.root(); }
  [[nodiscard]] std::uint64_t recomputed() const { return recomputed_; }

 private:
  using Pass = std::span<const SampleRecord>;  // one round of the mini-batch, or its originals

  [[nodiscard]] std::uint32_t shuffle_of(const SampleRecord& record) const;
  [[nodiscard]] Pass pass_from(std::size_t first) const;
  void check_batch();
  void check_passes();
  [[nodiscard]] bool check_mixed(Pass pass, const PreparedBatch& prepared, UsedPairs* used);
  void check_unmixed(Pass pass, const std::vector<SharedImage>& images);
  [[nodiscard]] std::optional<std::vector<SharedImage>> load_sources(Pass pass);
  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(
      Pass pass, const std::vector<SharedImage>& images) const;
  [[nodiscard]] std::optional<std::vector<int>> recorded_partners(Pass pass);
  [[nodiscard]] std::optional<std::vector<int>> check_partners(Pass pass,
                                                               const PairingInput& input);
  void compare(const SampleRecord& record, const MixedImage& mixed,
               std::optional<float> pair_distance);
  void compare_pixels(const SampleRecord& record, ImageView expected);
  void add_difference(const SampleRecord& record, const std::string& text);

  std::filesystem::path folder_;
  ManifestHeader header_;
  Differences& differences_;
  const StopFlag& stop_;
  SourceFolder sources_;
  MethodSet methods_;
  PlanConfig plan_;
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

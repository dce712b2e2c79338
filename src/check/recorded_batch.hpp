/// A recorded mini-batch made again: its images loaded, its partners found, its outputs mixed by
/// the same parts. Shared by all that recompute what a manifest says.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <guidedmixup/core/reporter.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/image_io/source_folder.hpp>
#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/records.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/plan/plan.hpp>

namespace guidedmixup {

/// What all recorded mini-batches of an output share: its method, and where and how its sources are
/// read.
struct RecordedMethod {
  /// Throws RunError when the sources' folder is not there or the method is unknown.
  RecordedMethod(const RunDescription& run, std::string source_root, ParallelFor runner);

  MethodSet methods;  ///< the one
  PlanConfig plan;
  LoadOptions load;
  SourceFolder sources;
  ParallelFor parallel;
  std::unique_ptr<Engine> engine;

  /// Whether two records are of one mini-batch.
  [[nodiscard]] bool are_together(const SampleRecord& a, const SampleRecord& b) const {
    return plan.shuffle_of(a.round) == plan.shuffle_of(b.round) && a.batch == b.batch;
  }
};

/// One round of a mini-batch, or its originals: records in slot order.
using RecordedPass = std::span<const SampleRecord>;

class RecordedBatch {
 public:
  /// Gets what is wrong with a record, as a sentence without its name.
  using Problem = std::function<void(const SampleRecord& record, const std::string& text)>;

  /// `records` are all that the manifest has of the mini-batch, in its order, at least one. All
  /// arguments outlive this.
  RecordedBatch(const RecordedMethod& run, std::span<const SampleRecord> records,
                const StopFlag& stop, Problem problem);

  /// Loads the images of the first pass, which are those of every pass. False, after problems, when
  /// one of them cannot be loaded.
  [[nodiscard]] bool load();

  [[nodiscard]] const std::vector<RecordedPass>& passes() const { return passes_; }
  [[nodiscard]] const std::vector<SharedImage>& images() const { return images_; }
  /// Whether a pass has the samples of the first one.
  [[nodiscard]] bool has_samples(RecordedPass pass) const;

  // Below, once the images are loaded, for a mixed pass that has the samples.

  /// The place in the mini-batch of each record's second source: as recorded. Nothing, after a
  /// problem, when they cannot be known; empty for a method without pairing.
  [[nodiscard]] std::optional<std::vector<int>> recorded_partners(RecordedPass pass) const;
  /// What the pairing of this pass got to see. Passes come in order, each marked as used.
  [[nodiscard]] PairingInput pairing_input(RecordedPass pass);
  void mark_used(std::span<const int> partners);

  [[nodiscard]] const PreparedBatch& prepared();
  /// Outlived by `partners` and this.
  [[nodiscard]] std::unique_ptr<MixedBatch> mix(RecordedPass pass, std::span<const int> partners);
  [[nodiscard]] std::vector<float> pair_distances(std::span<const int> partners);

  /// The map of an image, of a method with saliency.
  [[nodiscard]] const SaliencyMap& map(std::size_t image);
  /// What recipes refer to; outlived by this.
  [[nodiscard]] RecipeImages recipe_images();

 private:
  [[nodiscard]] DrawKey key_of(RecordedPass pass) const;

  const RecordedMethod& run_;
  const StopFlag& stop_;
  Problem problem_;
  std::vector<RecordedPass> passes_;
  std::vector<SharedImage> images_;
  std::unique_ptr<PreparedBatch> prepared_;
  std::optional<UsedPairs> used_;
};

}  // namespace guidedmixup

/// The main job: from folders of images to mixed images and manifests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/core/reporter.hpp>
#include <guidedmixup/dataset/sample_table.hpp>
#include <guidedmixup/engine/device.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/run/run_config.hpp>
#include <guidedmixup/run/statistics.hpp>

namespace guidedmixup {

/// A run with everything decided that depends on the input: what --dry-run shows.
struct PreparedRun {
  RunConfig config;
  Listing listing;      ///< without its samples
  SampleTable samples;  ///< the listing's
  Plan plan;
  Size size;
  EncodeOptions encode;
  Device device;                               ///< what --device means here
  std::vector<std::filesystem::path> folders;  ///< of each method
  std::vector<std::string> roots;              ///< of the sources, relative to each folder
  std::vector<RunDescription> descriptions;    ///< of each method

  /// How a sample becomes an image of this run.
  [[nodiscard]] LoadOptions load_options() const {
    return {size, config.load.fit, config.load.limits};
  }
};

/// Lists the input, chooses size and format, plans, and checks that the output may be written.
/// Changes nothing. Notes go to `reporter`. Throws UsageError and RunError.
[[nodiscard]] PreparedRun prepare_run(const RunConfig& config, Reporter& reporter);

/// The output folder may be a link, the folders that several methods have in it may not.
[[nodiscard]] FolderLinks links_to_outputs(const RunConfig& config);

/// What a run will write, estimated from a few of its images.
struct DiskEstimate {
  std::uint64_t output_bytes = 0;  ///< of all methods, without what is there already
  /// On the output's file system; nothing where that does not say.
  std::optional<std::uint64_t> free_bytes = std::nullopt;
};
[[nodiscard]] DiskEstimate estimate_disk(const PreparedRun& run);

/// The peak of a run's memory in bytes, estimated from the headers of some of its images.
[[nodiscard]] std::uint64_t estimate_memory(const PreparedRun& run);

struct AugmentResult {
  std::vector<std::filesystem::path> manifests;
  std::vector<OutputCounts> counts;
  /// Of the method that has most: a method that was added later may have met more.
  [[nodiscard]] std::uint64_t rejected() const {
    std::uint64_t most = 0;
    for (const OutputCounts& count : counts) most = std::max(most, count.rejected);
    return most;
  }
  /// Samples of all methods that repeat a pair of sources.
  [[nodiscard]] std::uint64_t repeated() const {
    std::uint64_t sum = 0;
    for (const OutputCounts& count : counts) sum += count.repeated.value_or(0);
    return sum;
  }
};

/// Runs what was prepared. The calling thread belongs to the run until it returns. Throws
/// Cancelled, UsageError and RunError; shards published until then stay valid.
AugmentResult run_augment(const PreparedRun& run, Reporter& reporter, RunStatistics& statistics,
                          const StopFlag& stop);

}  // namespace guidedmixup

// What a run will need, before it writes anything.
#include <algorithm>

#include <guidedmixup/output/output_file.hpp>
#include <guidedmixup/run/augment.hpp>

#include "in_flight.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kProbes = 4;
constexpr std::uint64_t kLineBytes = 400;  // a record in metadata.jsonl, or in manifest.json

// The mean size of a few encoded inputs, spread over the listing.
std::uint64_t encoded_bytes(const PreparedRun& run) {
  LoadOptions load;
  load.size = run.size;
  load.fit = run.config.fit;
  load.limits = run.config.limits;
  std::uint64_t sum = 0;
  std::uint64_t good = 0;
  const std::uint64_t count = run.samples.size();
  ByteBuffer bytes;
  for (std::uint64_t i = 0; i < std::min(kProbes, count); ++i) {
    const std::string path = run.samples.path(i * count / std::min(kProbes, count));
    const auto image = load_image(run.listing.root + "/" + path, load);
    if (!image.ok()) continue;
    encode_image(image.value().view(), run.encode, bytes);
    sum += bytes.size();
    ++good;
  }
  return good == 0 ? 0 : sum / good;
}

// Images of all methods that no earlier run has written.
std::uint64_t missing_outputs(const PreparedRun& run) {
  std::uint64_t missing = run.plan.outputs() * run.folders.size();
  if (run.config.mode != OutputMode::kResume) return missing;
  for (const fs::path& folder : run.folders) {
    if (!fs::exists(folder)) continue;
    for (std::uint64_t shard = 0; shard < run.plan.shards(); ++shard) {
      if (has_output_file(folder, shard_folder(shard))) missing -= run.plan.shard_outputs(shard);
    }
  }
  return missing;
}

}  // namespace

RunEstimate estimate_run(const PreparedRun& run) {
  RunEstimate estimate;
  const std::uint64_t outputs = run.plan.outputs() * run.folders.size();
  // The manifest is written anew in any case.
  estimate.output_bytes =
      missing_outputs(run) * (encoded_bytes(run) + kLineBytes) + outputs * kLineBytes;
  fs::path place = fs::absolute(run.config.output);
  while (!fs::exists(place) && place.has_relative_path()) place = place.parent_path();
  std::error_code error;
  const fs::space_info space = fs::space(place, error);
  // One that gives 0 for its whole size knows no figures.
  if (!error && space.capacity > 0) estimate.free_bytes = space.available;
  const PlanConfig& plan = run.plan.config();
  estimate.memory_bytes =
      run_bytes(run.size, plan.batch_size, run.config.threads, run.samples.size());
  if (run.plan.passes() > 1) {
    const auto engine = make_engine(run.device, run.config.methods, run.size, serial_for);
    estimate.memory_bytes += std::min(run.plan.samples() * kept_sample_bytes(run.size, *engine),
                                      run.config.cache_memory);
  }
  return estimate;
}

}  // namespace guidedmixup

// Binds a plan and a listing, which this stage knows, to outputs, which know neither: by numbers
// and paths.
#include "outputs.hpp"

#include <memory>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>

#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/plan/missing_samples.hpp>

#include "shard_plan.hpp"

namespace guidedmixup {
namespace {

PlannedOutput planned_output(const PreparedRun& run) {
  PlannedOutput output;
  output.shards = run.plan.shards();
  output.outputs = run.plan.outputs();
  output.shard = [&run](std::uint64_t number) { return shard_plan(run.plan.shard(number)); };
  // A function instead of a table: it is asked for shards that lack something, and a table of all
  // would be as long as the data set.
  output.lost_samples = [&run](std::uint64_t shard, const auto& numbers) {
    std::vector<LostSample> lost;
    for (const MissingSample& missing : missing_samples(run.plan, run.plan.shard(shard), numbers)) {
      lost.push_back({.position = missing.sample,
                      .path = run.samples.path(missing.sample),
                      .outputs = missing.outputs});
    }
    return lost;
  };
  for (const ListingReject& reject : run.listing.rejects) {
    output.listed_rejects.push_back(
        {.position = reject.position, .line = reject_line(reject.path, reject.error)});
  }
  return output;
}

// O_NONBLOCK: a pipe that lies where the sample was must not stop the run.
bool can_be_read(const std::string& path) {
  const FileDescriptor fd(repeat_interrupted(
      [&] { return open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  struct stat status {};
  return fd.get() >= 0 && fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode);
}

// All outputs lie on one storage, and each notes what that lacks.
OutputNote note_once(Reporter& reporter) {
  return [said = std::make_shared<std::set<std::string>>(), &reporter](const std::string& text) {
    if (said->insert(text).second) reporter.note(text);
  };
}

}  // namespace

Outputs::Outputs(const PreparedRun& run, Reporter& reporter)
    : run_(run), planned_(planned_output(run)) {
  const OutputNote note = note_once(reporter);
  const FolderLinks links = links_to_outputs(run.config);
  for (std::size_t m = 0; m < run.folders.size(); ++m) {
    const OutputFolder& folder =
        folders_.emplace_back(run.folders[m], run.descriptions[m], run.config.mode, note, links);
    // In the other modes there is no shard yet.
    if (run.config.mode != OutputMode::kResume) continue;
    discard_unusable_shards(folder, planned_, [&run](const std::string& path) {
      return can_be_read(run.listing.root + "/" + path);
    });
  }
}

std::vector<ShardSink*> Outputs::sinks() {
  std::vector<ShardSink*> sinks;
  for (OutputFolder& folder : folders_) sinks.push_back(&folder);
  return sinks;
}

std::uint64_t Outputs::done() const {
  std::uint64_t done = 0;
  for (std::uint64_t number = 0; number < planned_.shards; ++number) {
    for (const OutputFolder& folder : folders_) {
      if (folder.has_shard(number)) done += planned_.shard(number).outputs;
    }
  }
  return done;
}

AugmentResult Outputs::finish(const StopFlag& stop) const {
  const auto pause = [&] { throw_if_stopped(stop); };
  AugmentResult result;
  for (std::size_t m = 0; m < folders_.size(); ++m) {
    pause();
    result.counts.push_back(
        finish_output(folders_[m], run_.descriptions[m], run_.roots[m], planned_, pause));
    result.manifests.push_back(folders_[m].path() / kManifestFile);
  }
  return result;
}

}  // namespace guidedmixup

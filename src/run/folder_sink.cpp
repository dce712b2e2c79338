#include "folder_sink.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/plan/missing_passes.hpp>

namespace guidedmixup {
namespace {

class FolderShardWriter final : public ShardWriter {
 public:
  FolderShardWriter(const OutputFolder& output, const std::string& folder)
      : shard_(output, folder) {}
  void write(const std::string& name, std::span<const std::uint8_t> bytes) const override {
    shard_.write(name, bytes);
  }
  void publish(const std::vector<std::string>& sample_lines,
               const std::vector<std::string>& reject_lines) override {
    shard_.publish(sample_lines, reject_lines);
  }

 private:
  PartialShard shard_;
};

// Each reject line names a sample of which no pass has an output, in the order of the plan. Says
// in `damage` where that is not so.
class RejectCheck {
 public:
  RejectCheck(const PreparedRun& run, const PlannedShard& shard, ShardContent& content)
      : run_(run), shard_(shard), content_(content) {}

  void compare() {
    auto missing = content_.missing.begin();
    for (std::uint32_t b = 0; b < shard_.batches && missing != content_.missing.end(); ++b) {
      const PlannedBatch batch = run_.plan.batch(shard_.shuffle, shard_.first_batch + b);
      const auto length = static_cast<std::uint32_t>(batch.samples.size());
      MissingPasses passes(batch.first_number, length);
      for (const std::uint64_t end = batch.number(shard_.passes, 0);
           missing != content_.missing.end() && *missing < end; ++missing) {
        passes.add(*missing, *missing + 1);
      }
      const std::vector<std::uint64_t> counts = passes.counts();
      for (std::uint32_t slot = 0; slot < length; ++slot) {
        if (counts[slot] > 0) compare_sample(batch.samples[slot], counts[slot]);
        if (!content_.damage.empty()) return;
      }
    }
  }

 private:
  void compare_sample(std::uint32_t sample, std::uint64_t missing_passes) {
    const std::string path = run_.samples.path(sample);
    const std::string folder = shard_folder(shard_.shard);
    if (missing_passes < shard_.passes) {
      content_.damage = folder + " has only " + std::to_string(shard_.passes - missing_passes) +
                        " of the " + std::to_string(shard_.passes) + " images of '" +
                        printable(path) + "'";
      return;
    }
    // As many as the missing places account for.
    const std::string& found = content_.rejects[next_++].sample.path;
    if (found == path) return;
    content_.damage = folder + "/rejects.jsonl: line " + std::to_string(next_) + " names '" +
                      printable(found) + "' where the plan has '" + printable(path) + "'";
  }

  const PreparedRun& run_;
  const PlannedShard& shard_;
  ShardContent& content_;
  std::size_t next_ = 0;  // line of the rejects
};

ShardContent read_shard(const PreparedRun& run, const OutputFolder& output,
                        const PlannedShard& shard) {
  ShardContent content = output.read_shard({.folder = shard_folder(shard.shard),
                                            .first_number = shard.first_number,
                                            .outputs = shard.outputs,
                                            .passes = shard.passes});
  if (content.damage.empty()) RejectCheck(run, shard, content).compare();
  return content;
}

// Rejects of the listing and of all shards, each sample once, in listing order.
std::vector<std::string> merge_rejects(
    const PreparedRun& run, const std::unordered_map<std::string, std::string>& line_of_path) {
  std::vector<std::string> rejects;
  auto known = run.listing.rejects.begin();
  const auto add_known_before = [&](std::size_t position) {
    for (; known != run.listing.rejects.end() && known->position <= position; ++known) {
      rejects.push_back(reject_line(known->path, known->error));
    }
  };
  for (std::size_t i = 0; i < run.samples.size(); ++i) {
    add_known_before(i);
    const auto found = line_of_path.find(run.samples.path(i));
    if (found != line_of_path.end()) rejects.push_back(found->second);
  }
  add_known_before(run.samples.size());
  return rejects;
}

bool can_be_read(const std::string& path) {
  const FileDescriptor fd(repeat_interrupted(
      [&] { return open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); }));
  struct stat status {};
  return fd.get() >= 0 && fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

FolderSink::FolderSink(const PreparedRun& run, Reporter& reporter)
    : run_(run), reporter_(reporter) {
  const FolderLinks links = links_to_outputs(run.config);
  for (std::size_t m = 0; m < run.folders.size(); ++m) {
    folders_.emplace_back(
        run.folders[m], run.descriptions[m], run.config.mode,
        [this](const std::string& text) { say_once(text); }, links);
    if (run.config.mode == OutputMode::kResume) discard_unusable_shards(m);
  }
}

void FolderSink::say_once(const std::string& text) {
  if (said_.insert(text).second) reporter_.note(text);
}

bool FolderSink::can_be_retried(const std::vector<ShardReject>& rejects) const {
  return std::any_of(rejects.begin(), rejects.end(), [&](const ShardReject& reject) {
    return reject.sample.retry && can_be_read(run_.listing.root + "/" + reject.sample.path);
  });
}

void FolderSink::discard_unusable_shards(std::size_t method) {
  const OutputFolder& output = folders_[method];
  std::string first_damage;
  std::uint64_t damaged = 0;
  std::uint64_t retried = 0;
  for (std::uint64_t shard = 0; shard < run_.plan.shards(); ++shard) {
    const std::string folder = shard_folder(shard);
    if (!output.has_shard(folder)) continue;
    const ShardContent content = read_shard(run_, output, run_.plan.shard(shard));
    if (!content.damage.empty()) {
      if (damaged++ == 0) first_damage = content.damage;
    } else if (can_be_retried(content.rejects)) {
      ++retried;
    } else {
      continue;
    }
    output.discard_shard(folder);
  }
  const std::string place = " of '" + printable(output.path().string()) + "' ";
  if (damaged > 0) {
    reporter_.note(counted(damaged, "shard") + place + (damaged == 1 ? "is" : "are") +
                   " damaged and will be remade; first damage: " + first_damage);
  }
  if (retried > 0) {
    reporter_.note(counted(retried, "shard") + place + (retried == 1 ? "is" : "are") +
                   " remade, because samples that could not be read before can be read now");
  }
}

bool FolderSink::has_shard(std::size_t method, std::uint64_t shard) const {
  return folders_[method].has_shard(shard_folder(shard));
}

std::unique_ptr<ShardWriter> FolderSink::open_shard(std::size_t method, std::uint64_t shard) {
  return std::make_unique<FolderShardWriter>(folders_[method], shard_folder(shard));
}

OutputCounts FolderSink::finish_method(std::size_t method, const StopFlag& stop) const {
  const OutputFolder& output = folders_[method];
  ManifestInput input;
  input.root = run_.roots[method];
  std::unordered_map<std::string, std::string> line_of_path;
  std::vector<std::uint64_t> pairs;
  if (run_.config.methods[method].pairing.is_there()) pairs.reserve(run_.plan.outputs());
  for (std::uint64_t shard = 0; shard < run_.plan.shards(); ++shard) {
    throw_if_stopped(stop);
    ShardContent content = read_shard(run_, output, run_.plan.shard(shard));
    if (!content.damage.empty()) {
      throw RunError("the output '" + printable(output.path().string()) +
                     "' has changed since it was written, so no manifest is written: " +
                     content.damage + "; --resume remakes that shard");
    }
    input.counts.mixed += content.mixed;
    input.counts.clean += content.clean;
    input.counts.original += content.original;
    pairs.insert(pairs.end(), content.pairs.begin(), content.pairs.end());
    for (ShardReject& reject : content.rejects) {
      line_of_path.emplace(std::move(reject.sample.path), std::move(reject.line));
    }
    input.shard_folders.push_back(shard_folder(shard));
  }
  input.reject_lines = merge_rejects(run_, line_of_path);
  input.counts.samples = input.counts.mixed + input.counts.clean + input.counts.original;
  input.counts.rejected = input.reject_lines.size();
  input.counts.repeated = count_repeats(std::move(pairs));
  finish_output(output, run_.descriptions[method], input);
  return input.counts;
}

AugmentResult FolderSink::finish(const StopFlag& stop) const {
  AugmentResult result;
  for (std::size_t m = 0; m < folders_.size(); ++m) {
    throw_if_stopped(stop);
    result.counts.push_back(finish_method(m, stop));
    result.manifests.push_back(folders_[m].path() / "manifest.json");
  }
  return result;
}

}  // namespace guidedmixup

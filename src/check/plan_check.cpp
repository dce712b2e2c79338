// Places of the plan are counted upwards as samples come by (`add`); what is passed over is missing
// (`skip_to`), and must be a reject of its shard (`close_shard`). At the end rejects are compared
// over all shards (`check_rejected_positions`) and with rejects.jsonl (`check_top_rejects`).
#include "plan_check.hpp"

#include <algorithm>
#include <span>
#include <unordered_set>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/output/output_file.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/plan/missing_samples.hpp>

#include "recorded_run.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// No line of ours is shorter. So the files' sizes say how many places they can account for, before
// memory is taken for a plan that only pretends to be so long.
constexpr std::uint64_t kShortestSample = 128;
constexpr std::uint64_t kShortestReject = 32;
// With --limit, the listing may be far longer than what was made of it.
constexpr std::uint64_t kLongestListing = std::uint64_t{1} << 27U;
// So many shards are looked for, one by one, before the rest counts as missing, too.
constexpr std::uint64_t kMissingShards = 100;

// Never 0.
std::uint64_t hash_of(const std::string& text) { return std::max<std::uint64_t>(xxh3_of(text), 1); }

}  // namespace

PlanCheck::PlanCheck(fs::path folder, RunDescription run, bool keep_paths,
                     std::function<void(const std::string&)> problem, std::function<void()> pause)
    : folder_(std::move(folder)),
      run_(std::move(run)),
      keep_paths_(keep_paths),
      problem_(std::move(problem)),
      pause_(std::move(pause)) {
  make_plan();
}

// 0 when there is none, and when it cannot be read.
std::uint64_t PlanCheck::bytes_there(const std::string& name) const {
  try {
    return has_output_file(folder_, name) ? OutputFile(folder_, name).size() : 0;
  } catch (const SystemError& error) {
    if (error.lacks_resources()) throw;
    problem_(error.what());
  } catch (const RunError&) {
    // Whoever reads it says so.
  }
  return 0;
}

// A plan of n samples takes memory for n numbers, whatever the output holds. So a header that
// claims more than the files can hold is refused before.
void PlanCheck::make_plan() {
  const PlanConfig config = recorded_plan(run_);
  const std::uint64_t samples = config.samples_per_round();
  const std::uint64_t passes = config.passes();
  const std::uint64_t samples_there = bytes_there(std::string(kManifestFile)) / kShortestSample;
  const std::uint64_t rejects_there = bytes_there(std::string(kRejectsFile)) / kShortestReject;
  if (samples < 2) {
    problem_("config.limit is 1: no plan has so few samples");
  } else if (samples * passes > samples_there + rejects_there * passes) {
    problem_("the plan has " + counted(samples * passes, "sample") +
             ", far more than the manifest holds");
  } else if (config.samples > samples && config.samples > kLongestListing) {
    problem_("input.count is " + std::to_string(config.samples) + ", too many to follow the plan");
  } else {
    plan_.emplace(config);
    path_hashes_.resize(config.samples);
    if (keep_paths_) listing_.samples.resize(config.samples);
  }
}

// The last one is kept: samples come in plan order, and making a batch takes its whole shuffle.
const PlannedBatch& PlanCheck::planned(std::uint32_t shuffle, std::uint32_t batch) {
  if (!planned_ || planned_shuffle_ != shuffle || planned_->batch != batch) {
    planned_ = plan_->batch(shuffle, batch);
    planned_shuffle_ = shuffle;
  }
  return *planned_;
}

bool PlanCheck::is_in_plan(const SampleRecord& record) const {
  return record.round < plan_->config().passes() && record.batch < plan_->batches_per_shuffle() &&
         record.slot < plan_->batch_length(record.batch);
}

void PlanCheck::add(const SampleRecord& record) {
  if (!plan_) return;
  const std::string words = "round " + std::to_string(record.round) + ", batch " +
                            std::to_string(record.batch) + ", slot " + std::to_string(record.slot);
  if (!is_in_plan(record)) {
    problem_(record.file_name + ": " + words + " is not in the plan");
    return;
  }
  const std::uint32_t shuffle = plan_->config().shuffle_of(record.round);
  const std::uint64_t place = plan_->output_number(record.round, record.batch, record.slot);
  const std::string expected = shard_folder(plan_->shard_of(shuffle, record.batch)) + "/" +
                               output_name(place, run_.image_format);
  if (record.file_name != expected) {
    problem_(record.file_name + ": " + words + " of the plan is " + expected);
  }
  // Records in another order are refused rather than sorted: readers rely on plan order, and
  // sorting would need all of them in memory.
  if (place < next_) {
    problem_(record.file_name + ": its place in the plan, " + words +
             ", is already taken or out of order");
    return;
  }
  skip_to(place);
  next_ = place + 1;
  if (!placed_.empty() && (round_ != record.round || batch_ != record.batch)) close_pass();
  round_ = record.round;
  batch_ = record.batch;
  // Kept until the pass is complete, since a partner may come after the sample that names it.
  placed_.push_back({record.file_name, record.kind, record.sources});
  check_position(record, planned(shuffle, record.batch).samples[record.slot]);
}

// An entry of the listing has one path, in whatever round it comes.
void PlanCheck::check_position(const SampleRecord& record, std::uint32_t position) {
  const std::string& path = record.sources.front();
  std::uint64_t& known = path_hashes_[position];
  if (known == 0) {
    // 8 bytes instead of a path.
    known = hash_of(path);
    if (keep_paths_) {
      listing_.samples[position].path = path;
      listing_.samples[position].label = record.label_indices.front();
    }
  } else if (known != hash_of(path)) {
    problem_(record.file_name + ": is made from '" + path + "', but in another round sample " +
             std::to_string(position) + " of the listing is another file");
  }
}

void PlanCheck::close_pass() {
  // A whole mini-batch is mixed or not, as the seed says; originals and lone samples never are.
  const MixingInfo* mixing = find_mixing(run_.method.mixing.name);
  const std::ptrdiff_t samples = std::ssize(placed_);
  // A mixing of a later build is taken to be as most are.
  const bool mixes = mixing == nullptr ? samples >= 2 : mixing->mixes(samples);
  const bool original = plan_->config().is_of_originals(round_);
  const bool mixed = mixes && is_chosen_for_mixing(plan_->config(), round_, batch_);
  const SampleKind expected = original ? SampleKind::kOriginal
                              : mixed  ? SampleKind::kMixed
                                       : SampleKind::kClean;
  std::unordered_set<std::uint64_t> first_sources;
  for (const PlacedSample& sample : placed_) first_sources.insert(hash_of(sample.sources.front()));
  for (const PlacedSample& sample : placed_) {
    if (sample.kind != expected) {
      problem_(sample.file_name + ": is " + std::string(to_string(sample.kind)) + ", expected " +
               std::string(to_string(expected)));
    }
    for (const std::string& source : sample.sources) {
      if (first_sources.contains(hash_of(source))) continue;
      problem_(sample.file_name + ": its partner '" + source + "' is not in its mini-batch");
      break;
    }
  }
  placed_.clear();
}

// Notes the places between the last sample and this one as missing, shard by shard.
void PlanCheck::skip_to(std::uint64_t place) {
  for (; shard_ < plan_->shards(); ++shard_) {
    const PlannedShard shard = plan_->shard(shard_);
    const std::uint64_t end = shard.first_number + shard.outputs;
    if (place < end) break;
    if (next_ < end) missing_.emplace_back(next_, end);
    next_ = std::max(next_, end);
    close_shard();
  }
  if (next_ < place) missing_.emplace_back(next_, place);
  next_ = place;
}

// Returns their number. One at a time: nothing says how many there are.
std::uint64_t PlanCheck::for_each_reject(
    const std::string& name,
    const std::function<void(const RejectedSample&, const std::string& line)>& use) const {
  std::uint64_t number = 0;
  try {
    if (!has_output_file(folder_, name)) return 0;
    OutputFile lines(folder_, name);
    for (std::string line; next_line(lines, line);) {
      if (++number % 1024 == 0) pause_();
      try {
        use(read_reject(line), line);
      } catch (const RunError& error) {
        problem_(name + ", line " + std::to_string(number) + " " + error.what());
      }
    }
  } catch (const Cancelled&) {
    throw;
  } catch (const SystemError& error) {
    if (error.lacks_resources()) throw;
    problem_(name + ": " + error.what());
  } catch (const RunError& error) {
    problem_(name + ": " + error.what());
  }
  return number;
}

bool PlanCheck::has_shard(const std::string& name) const {
  if (missing_shards_ >= kMissingShards) return false;
  try {
    return has_output_file(folder_, name + "/" + std::string(kMetadataFile));
  } catch (const SystemError& error) {
    if (error.lacks_resources()) throw;
    return false;
  } catch (const RunError&) {
    return false;  // a link, for one
  }
}

// What cannot be used in one round cannot be in another, for the same reason.
void PlanCheck::keep_reject(const std::string& shard, const RejectedSample& reject,
                            std::uint64_t line) {
  const auto [known, first_time] =
      rejected_paths_.try_emplace(reject.path, Rejected{line, reject.retry});
  if (first_time) return;
  known->second.retry |= reject.retry;
  if (known->second.retry || known->second.line == line) return;
  problem_(shard + " rejects '" + reject.path + "' for a different reason than an earlier shard");
}

void PlanCheck::close_shard() {
  std::uint64_t missing = 0;
  for (const auto& [begin, end] : missing_) missing += end - begin;
  const std::string name = shard_folder(shard_);
  // A shard whose samples were all rejected has an empty metadata.jsonl, and is not missing.
  if (missing == plan_->shard(shard_).outputs && !has_shard(name)) {
    ++missing_shards_;
    if (missing_shards_ <= kMissingShards) {
      problem_(name + ": this shard is missing, with " + counted(missing, "sample"));
    }
    missing_.clear();
    return;
  }
  const std::vector<std::uint32_t> rejected = rejected_here();
  // No more than the plan has places for, so that a file without end fills no memory.
  std::uint64_t kept = 0;
  const auto keep = [&](const RejectedSample& reject, const std::string& line) {
    if (kept++ < rejected.size()) keep_reject(name, reject, hash_of(line));  // else too many
  };
  const std::uint64_t rejects = for_each_reject(name + "/" + std::string(kRejectsFile), keep);
  if (rejects != rejected.size()) {
    problem_(name + ": " + counted(rejected.size(), "place") +
             " of the plan without a sample, but " + counted(rejects, "reject") +
             " in its rejects.jsonl");
  } else {
    rejected_positions_.insert(rejected.begin(), rejected.end());
  }
  missing_.clear();
}

// The positions in the listing of samples that no pass of their mini-batch has.
std::vector<std::uint32_t> PlanCheck::rejected_here() {
  std::vector<std::uint32_t> positions;
  const PlannedShard shard = plan_->shard(shard_);
  for (const MissingSample& sample : missing_samples(*plan_, shard, missing_)) {
    if (sample.outputs == shard.passes) {
      positions.push_back(sample.sample);
    } else {
      problem_(shard_folder(shard_) + ": batch " + std::to_string(sample.batch) + ", slot " +
               std::to_string(sample.slot) + " lacks " + std::to_string(sample.outputs) +
               " of its " + std::to_string(shard.passes) + " outputs");
    }
  }
  return positions;
}

// Who was rejected where: by path where another round shows it, else by number.
void PlanCheck::check_rejected_positions() {
  if (rejected_paths_.empty() && rejected_positions_.empty()) return;
  std::unordered_set<std::uint64_t> rejected_hashes;
  for (const auto& [path, reject] : rejected_paths_) rejected_hashes.insert(hash_of(path));
  std::unordered_set<std::uint64_t> empty_here;
  std::uint64_t never_seen = 0;
  for (const std::uint32_t position : rejected_positions_) {
    const std::uint64_t hash = path_hashes_[position];
    if (hash == 0) {
      ++never_seen;
    } else if (!rejected_hashes.contains(hash)) {
      problem_("sample " + std::to_string(position) +
               " of the listing is missing from a round, but no shard rejects it");
    }
    empty_here.insert(hash);
  }
  const std::unordered_set<std::uint64_t> seen(path_hashes_.begin(), path_hashes_.end());
  std::uint64_t unseen_paths = 0;
  for (const auto& [path, reject] : rejected_paths_) {
    const std::uint64_t hash = hash_of(path);
    if (!seen.contains(hash)) {
      ++unseen_paths;
    } else if (!reject.retry && !empty_here.contains(hash)) {
      problem_("a shard rejects '" + path + "', but every round has it");
    }
  }
  // A path that was listed twice is rejected twice.
  if (unseen_paths > never_seen || (unseen_paths == 0 && never_seen > 0)) {
    problem_("the shards reject " + counted(unseen_paths, "path") + " that no sample uses, but " +
             counted(never_seen, "sample") + " of the plan are in no round");
  }
}

// rejects.jsonl is the union of the shards', and of what the listing itself rejected.
std::uint64_t PlanCheck::check_top_rejects() {
  // What is left in this copy at the end was rejected by a shard and lost from the joined file.
  std::map<std::string, Rejected> unnamed = rejected_paths_;
  const auto compare = [&](const RejectedSample& reject, const std::string& line) {
    unnamed.erase(reject.path);
    const auto known = rejected_paths_.find(reject.path);
    if (known != rejected_paths_.end()) {
      if (known->second.line == hash_of(line)) return;
      problem_("rejects.jsonl and the shard give different reasons for '" + reject.path + "'");
    } else if (!reject.of_listing && plan_) {
      problem_("rejects.jsonl names '" + reject.path + "', which no shard rejects");
    }
  };
  const std::uint64_t count = for_each_reject(std::string(kRejectsFile), compare);
  for (const auto& [path, reject] : unnamed) {
    problem_("rejects.jsonl lacks '" + path + "', which a shard rejects");
  }
  return count;
}

std::uint64_t PlanCheck::finish() {
  if (plan_) {
    if (!placed_.empty()) close_pass();
    // Behind the last sample: the end of the plan is missing, too, when records end early.
    skip_to(plan_->outputs());
    if (missing_shards_ > kMissingShards) {
      problem_(std::to_string(missing_shards_ - kMissingShards) +
               " more shards of the plan are missing");
    }
    check_rejected_positions();
  }
  return check_top_rejects();
}

void PlanCheck::check_digest(const fs::path& root) {
  // The digest is over the whole listing, of which --limit and rejects leave a part unnamed.
  if (!plan_ || std::find(path_hashes_.begin(), path_hashes_.end(), 0U) != path_hashes_.end()) {
    return;
  }
  for (Sample& sample : listing_.samples) {
    std::error_code error;
    // The size is part of the digest, so it must be that of today's file.
    sample.bytes = fs::file_size(root / sample.path, error);
    if (error == std::errc::no_such_file_or_directory) return;  // said where the source is read
    if (error) {
      const std::string path = (root / sample.path).string();
      return problem_(system_error("cannot look at", path, error.value()).what());
    }
  }
  listing_.classes = run_.classes;
  const std::string found = listing_digest(listing_);
  if (found == run_.listing_digest) return;
  problem_("input.digest is " + run_.listing_digest +
           ", but the samples' sources with their classes "
           "and sizes give " +
           found +
           ": a source has changed its size, or the manifest names other sources or classes than "
           "the run had");
}

}  // namespace guidedmixup

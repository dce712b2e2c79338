// Completing an output: every place of the plan must be there, as a sample or as a reject, before a
// manifest says so; and the repairs that --resume makes first.
#include <algorithm>
#include <map>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/finish.hpp>
#include <guidedmixup/output/output_names.hpp>

#include "manifest_writer.hpp"
#include "open_output.hpp"
#include "shard_forms.hpp"

namespace guidedmixup {
namespace {

// Rejects by their place in the listing.
using RejectLines = std::map<std::uint64_t, std::string>;

// Each reject line must name a sample of which no pass has an output, in plan order. Says in
// `damage` where that is not so, and adds the lines to `rejects`, where a sample keeps its first.
void place_rejects(const PlannedOutput& plan, const ShardPlan& shard, ShardContent& content,
                   RejectLines& rejects) {
  std::size_t next = 0;
  for (const LostSample& lost : plan.lost_samples(shard.number, content.missing)) {
    // A sample is loaded once for all passes of its mini-batch, so it is usable in all of them or
    // in none. Anything else means that files are missing.
    if (lost.outputs < shard.passes) {
      content.damage = shard_folder(shard.number) + " has only " +
                       std::to_string(shard.passes - lost.outputs) + " of the " +
                       std::to_string(shard.passes) + " images of '" + printable(lost.path) + "'";
      return;
    }
    // There are as many as the missing numbers account for.
    const ShardReject& reject = content.rejects[next++];
    if (reject.sample.path != lost.path) {
      content.damage = lines_path(shard.number, ShardLines::kRejects) + ": line " +
                       std::to_string(next) + " names '" + printable(reject.sample.path) +
                       "' where the plan has '" + printable(lost.path) + "'";
      return;
    }
    rejects.emplace(lost.position, reject.line);
  }
}

ShardContent read_planned(const OutputFolder& output, const PlannedOutput& plan,
                          const ShardPlan& shard, RejectLines& rejects) {
  ShardContent content = output.read_shard(shard);
  if (content.damage.empty()) place_rejects(plan, shard, content, rejects);
  return content;
}

// Rejects of the listing and of all shards, each sample once, in listing order.
std::vector<std::string> join_rejects(const std::vector<ListedReject>& listed,
                                      const RejectLines& rejects) {
  std::vector<std::string> lines;
  auto next = listed.begin();
  const auto add_listed_before = [&](std::uint64_t sample) {
    for (; next != listed.end() && next->position <= sample; ++next) lines.push_back(next->line);
  };
  for (const auto& [position, line] : rejects) {
    add_listed_before(position);
    lines.push_back(line);
  }
  for (; next != listed.end(); ++next) lines.push_back(next->line);
  return lines;
}

}  // namespace

void discard_unusable_shards(const OutputFolder& output, const PlannedOutput& plan,
                             const std::function<bool(const std::string&)>& can_be_read) {
  std::string first_damage;
  std::uint64_t damaged = 0;
  std::uint64_t retried = 0;
  RejectLines rejects;
  for (std::uint64_t number = 0; number < plan.shards; ++number) {
    if (!output.has_shard(number)) continue;
    const ShardContent content = read_planned(output, plan, plan.shard(number), rejects);
    // The file is only looked at, not decoded. One that fails again costs a shard made twice and
    // nothing else.
    const auto can_be_retried = [&](const ShardReject& reject) {
      return reject.sample.retry && can_be_read(reject.sample.path);
    };
    if (!content.damage.empty()) {
      if (damaged++ == 0) first_damage = content.damage;
    } else if (std::any_of(content.rejects.begin(), content.rejects.end(), can_be_retried)) {
      ++retried;
    } else {
      continue;
    }
    // The whole shard, since a sample that comes back changes the partners of its mini-batch.
    output.discard_shard(number);
  }
  const OutputNote& note = output.open().note;
  if (!note) return;
  const std::string place = " of '" + printable(output.path().string()) + "' ";
  if (damaged > 0) {
    note(counted(damaged, "shard") + place + (damaged == 1 ? "is" : "are") +
         " damaged and will be remade; first damage: " + first_damage);
  }
  if (retried > 0) {
    note(counted(retried, "shard") + place + (retried == 1 ? "is" : "are") +
         " remade, because samples that could not be read before can be read now");
  }
}

OutputCounts finish_output(const OutputFolder& output, const RunDescription& run,
                           const std::string& root, const PlannedOutput& plan,
                           const std::function<void()>& pause) {
  OutputCounts counts;
  RejectLines rejects;
  std::vector<std::uint64_t> pairs;
  for (std::uint64_t number = 0; number < plan.shards; ++number) {
    pause();
    const ShardContent content = read_planned(output, plan, plan.shard(number), rejects);
    if (!content.damage.empty()) {
      throw RunError("the output '" + printable(output.path().string()) +
                     "' has changed since it was written, so no manifest is written: " +
                     content.damage + "; --resume remakes that shard");
    }
    counts.kinds.add(content.kinds);
    // At once: a vector that grows holds twice its numbers while it moves them.
    if (pairs.empty() && !content.pairs.empty()) pairs.reserve(plan.outputs);
    pairs.insert(pairs.end(), content.pairs.begin(), content.pairs.end());
  }
  counts.samples = counts.kinds.total();
  counts.repeated = count_repeats(std::move(pairs));
  ManifestInput input{.root = root,
                      .shards = plan.shards,
                      .counts = counts,
                      .reject_lines = join_rejects(plan.listed_rejects, rejects)};
  input.counts.rejected = input.reject_lines.size();
  write_manifest_files(output.open(), run, input);
  return input.counts;
}

}  // namespace guidedmixup

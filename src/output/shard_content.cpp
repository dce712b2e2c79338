// Looking at a published shard: is each place of the plan there, once, as a sample or a reject?
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/output/records.hpp>

#include "open_output.hpp"
#include "shard_forms.hpp"

namespace guidedmixup {
namespace {

// Reads the lines once, in order, and stops at the first damage: one is enough to remake the shard.
// Invariant: all numbers below `next_number_` are either in `names_` or in `missing`.
class ContentReader {
 public:
  ContentReader(const ShardReader& shard, const ShardPlan& plan, std::string_view extension)
      : shard_(shard),
        plan_(plan),
        folder_(shard_folder(plan.number)),
        extension_(extension),
        next_number_(plan.first_output) {}

  // Says in `damage` what is wrong.
  ShardContent read() {
    read_samples();
    if (sound()) read_rejects();
    if (sound()) compare_count();
    if (sound()) compare_names();
    return std::move(content_);
  }

 private:
  [[nodiscard]] bool sound() const { return content_.damage.empty(); }
  void damaged(const std::string& what) { content_.damage = what; }

  void damaged_line(ShardLines which, const LineReader& lines, const std::string& what) {
    damaged(lines_path(plan_.number, which) + ": line " + std::to_string(lines.count()) + " " +
            what);
  }

  // False when they are not there, or something else is.
  [[nodiscard]] bool has_lines(ShardLines which) {
    const EntryKind kind = shard_.lines_kind(which);
    if (kind != EntryKind::kFile && kind != EntryKind::kNone) {
      damaged(lines_path(plan_.number, which) + " is " + std::string(to_string(kind)));
    }
    return kind == EntryKind::kFile;
  }

  // What lies behind the last line is missing as well, which skip_to adds at the end.
  void read_samples() {
    if (!has_lines(ShardLines::kSamples)) {
      if (sound()) damaged(lines_path(plan_.number, ShardLines::kSamples) + " is missing");
      return;
    }
    LineReader lines = shard_.lines(ShardLines::kSamples);
    for (std::string line; sound() && lines.next(line);) {
      const std::string problem = lines.cut() ? "is truncated" : add_sample(line);
      if (!problem.empty()) damaged_line(ShardLines::kSamples, lines, problem);
    }
    skip_to(plan_.first_output + plan_.outputs);
  }

  // What is wrong with it.
  std::string add_sample(const std::string& line) {
    const auto name = file_name_of_line(line);
    if (!name) return "is not a sample";
    const auto number = output_number(*name, extension_);
    if (!number || *number < plan_.first_output || *number - plan_.first_output >= plan_.outputs) {
      return "names '" + printable(*name) + "', which does not belong here by the plan";
    }
    // The manifest's lines are these lines in order, and readers rely on rising numbers. So a shard
    // with lines out of order is damaged, even if each is right.
    if (*number < next_number_) return "names '" + std::string(*name) + "' out of order";
    skip_to(*number);
    next_number_ = *number + 1;
    names_.emplace_back(*name);
    return count(line);
  }

  void skip_to(std::uint64_t number) {
    if (next_number_ < number) content_.missing.emplace_back(next_number_, number);
    next_number_ = number;
  }

  std::string count(const std::string& line) {
    try {
      const SampleKind kind = kind_of_line(line);
      content_.kinds.add(kind);
      if (kind != SampleKind::kMixed) return "";
      // None for a mixture of one source, as of cutout: it repeats no pair.
      if (const auto pair = pair_of_line(line)) content_.pairs.push_back(*pair);
      // kind_of_line quotes the line; here its number is said, which finds it faster.
    } catch (const RunError&) {
      return "has no kind";
    }
    return "";
  }

  void read_rejects() {
    if (!has_lines(ShardLines::kRejects)) return;
    LineReader lines = shard_.lines(ShardLines::kRejects);
    for (std::string line; sound() && lines.next(line);) {
      // Before it is read: a file without end must not fill the memory.
      if ((content_.rejects.size() + 1) * plan_.passes > plan_.outputs) {
        return damaged(folder_ + " has more rejects than the plan has samples");
      }
      try {
        if (lines.cut()) throw RunError("is truncated");
        content_.rejects.push_back({read_reject(line), line});
      } catch (const RunError& error) {
        damaged_line(ShardLines::kRejects, lines, error.what());
      }
    }
  }

  // The sum bounds both: neither a lost reject line nor a lost sample line goes unseen. Which
  // samples the rejects must name, `place_rejects` asks, since only the plan knows.
  void compare_count() {
    const std::uint64_t samples = content_.kinds.total();
    if (samples + content_.rejects.size() * plan_.passes == plan_.outputs) return;
    damaged(folder_ + " has " + counted(samples, "sample") + " and " +
            counted(content_.rejects.size(), "reject") + " where the plan has " +
            counted(plan_.outputs, "place"));
  }

  // Files against lines, both sorted by bytes, in one pass from the front.
  void compare_names() {
    const std::vector<FolderEntry> outputs = shard_.outputs();
    // Numbers rise; names in byte order do not, once some have more digits than others.
    std::sort(names_.begin(), names_.end());
    for (std::size_t i = 0; i < names_.size() || i < outputs.size(); ++i) {
      const bool missing =
          i == outputs.size() || (i < names_.size() && names_[i] < outputs[i].name);
      if (missing) return damaged(folder_ + "/" + names_[i] + " is missing");
      if (i == names_.size() || outputs[i].name < names_[i]) {
        return damaged(folder_ + "/" + printable(outputs[i].name) + " is not in metadata.jsonl");
      }
      if (outputs[i].kind != EntryKind::kFile) {
        return damaged(folder_ + "/" + names_[i] + " is " +
                       std::string(to_string(outputs[i].kind)));
      }
    }
  }

  const ShardReader& shard_;
  const ShardPlan& plan_;
  std::string folder_;
  std::string_view extension_;
  ShardContent content_;
  std::vector<std::string> names_;  // of its outputs
  std::uint64_t next_number_;
};

}  // namespace

ShardContent OutputFolder::read_shard(const ShardPlan& plan) const {
  // By its name: what counts is what readers will find.
  const Folder images = open_->top.folder(std::string(kImagesFolder));
  if (const auto shard = find_folder_shard(images, plan.number)) {
    return ContentReader(*shard, plan, open_->image_format).read();
  }
  const EntryKind kind = images.kind(shard_name(plan.number));
  ShardContent content;
  content.damage = shard_folder(plan.number) + " is " +
                   (kind == EntryKind::kNone ? "missing" : std::string(to_string(kind)));
  return content;
}

}  // namespace guidedmixup

// Looking at a published shard: is each place of the plan there, once, as a sample or a reject?
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/records.hpp>

#include "files.hpp"
#include "folder.hpp"
#include "open_output.hpp"
#include "output_files.hpp"

namespace guidedmixup {
namespace {

class ShardReader {
 public:
  ShardReader(const Folder& shard, const ShardPlan& plan, std::string_view extension)
      : shard_(shard), plan_(plan), extension_(extension), next_number_(plan.first_number) {}

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
  void damaged(const std::string& what) { content_.damage = plan_.folder + what; }

  void damaged_line(std::string_view file, const LineReader& lines, const std::string& what) {
    damaged("/" + std::string(file) + ": line " + std::to_string(lines.count()) + " " + what);
  }

  // Nothing when the file is not there or something else.
  [[nodiscard]] bool has_file(std::string_view name) {
    const EntryKind kind = shard_.kind(std::string(name));
    if (kind != EntryKind::kFile && kind != EntryKind::kNone) {
      damaged("/" + std::string(name) + " is " + std::string(to_string(kind)));
    }
    return kind == EntryKind::kFile;
  }

  void read_samples() {
    if (!has_file(kMetadataFile)) {
      if (sound()) damaged("/" + std::string(kMetadataFile) + " is missing");
      return;
    }
    LineReader lines(shard_, std::string(kMetadataFile));
    for (std::string line; sound() && lines.next(line);) {
      const std::string problem = lines.cut() ? "is truncated" : add_sample(line);
      if (!problem.empty()) damaged_line(kMetadataFile, lines, problem);
    }
    add_missing_before(plan_.first_number + plan_.outputs);
  }

  // What is wrong with it.
  std::string add_sample(const std::string& line) {
    const auto name = file_name_of_line(line);
    if (!name) return "is not a sample";
    const auto number = output_number(*name, extension_);
    if (!number || *number < plan_.first_number || *number - plan_.first_number >= plan_.outputs) {
      return "names '" + printable(*name) + "', which does not belong here by the plan";
    }
    if (*number < next_number_) return "names '" + std::string(*name) + "' out of order";
    add_missing_before(*number);
    next_number_ = *number + 1;
    names_.emplace_back(*name);
    return count(line);
  }

  void add_missing_before(std::uint64_t number) {
    for (; next_number_ < number; ++next_number_) content_.missing.push_back(next_number_);
  }

  std::string count(const std::string& line) {
    try {
      switch (kind_of_line(line)) {
        case SampleKind::kMixed:
          ++content_.mixed;
          if (const auto pair = pair_of_line(line)) content_.pairs.push_back(*pair);
          break;
        case SampleKind::kClean:
          ++content_.clean;
          break;
        case SampleKind::kOriginal:
          ++content_.original;
          break;
      }
    } catch (const RunError&) {
      return "has no kind";
    }
    return "";
  }

  void read_rejects() {
    if (!has_file(kRejectsFile)) return;
    names_.emplace_back(kRejectsFile);
    LineReader lines(shard_, std::string(kRejectsFile));
    for (std::string line; sound() && lines.next(line);) {
      if ((content_.rejects.size() + 1) * plan_.passes > plan_.outputs) {
        return damaged(" has more rejects than the plan has samples");
      }
      try {
        if (lines.cut()) throw RunError("is truncated");
        content_.rejects.push_back({read_reject(line), line});
      } catch (const RunError& error) {
        damaged_line(kRejectsFile, lines, error.what());
      }
    }
  }

  void compare_count() {
    const std::uint64_t samples = content_.mixed + content_.clean + content_.original;
    if (samples + content_.rejects.size() * plan_.passes == plan_.outputs) return;
    damaged(" has " + counted(samples, "sample") + " and " +
            counted(content_.rejects.size(), "reject") + " where the plan has " +
            counted(plan_.outputs, "place"));
  }

  void compare_names() {
    names_.emplace_back(kMetadataFile);
    std::sort(names_.begin(), names_.end());
    const std::vector<FolderEntry> entries = shard_.entries();
    for (std::size_t i = 0; i < names_.size() || i < entries.size(); ++i) {
      const bool missing =
          i == entries.size() || (i < names_.size() && names_[i] < entries[i].name);
      if (missing) return damaged("/" + names_[i] + " is missing");
      if (i == names_.size() || entries[i].name < names_[i]) {
        return damaged("/" + printable(entries[i].name) + " is not in metadata.jsonl");
      }
      if (entries[i].kind != EntryKind::kFile) {
        return damaged("/" + names_[i] + " is " + std::string(to_string(entries[i].kind)));
      }
    }
  }

  const Folder& shard_;
  const ShardPlan& plan_;
  std::string_view extension_;
  ShardContent content_;
  std::vector<std::string> names_;
  std::uint64_t next_number_;
};

}  // namespace

ShardContent OutputFolder::read_shard(const ShardPlan& plan) const {
  const std::string name = shard_name(plan.folder);
  // By its name: what counts is what readers will find.
  const Folder images = open_->top.folder(std::string(kImagesFolder));
  const EntryKind kind = images.kind(name);
  if (kind != EntryKind::kFolder) {
    ShardContent content;
    content.damage = plan.folder + " is " +
                     (kind == EntryKind::kNone ? "missing" : std::string(to_string(kind)));
    return content;
  }
  const Folder shard = images.folder(name);
  return ShardReader(shard, plan, open_->image_format).read();
}

}  // namespace guidedmixup

// Walks the manifest and the shards' own lines side by side: both are in plan order, so one line of
// each is in memory. What is left over on either side is a difference.
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_audit.hpp>
#include <guidedmixup/output/output_file.hpp>

#include "description_json.hpp"
#include "folder.hpp"
#include "output_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// Numbers: a longer one is a later one.
bool comes_after(const fs::path& name, const fs::path& before) {
  const auto key = [](const fs::path& path) {
    const std::string folder = path.parent_path().string();
    const std::string file = path.filename().string();
    return std::tuple(folder.size(), folder, file.size(), file);
  };
  return key(name) > key(before);
}

// Is a line of metadata what the manifest says of a sample? Most are byte for byte.
bool same_sample(const std::string& line, const std::string& folder, const std::string& name,
                 const std::string& text) {
  if (file_name_of_line(line) && with_folder(line, folder) == text) return true;
  const OrderedJson there = try_parse_json(line);
  // Another program may have written the lines again with other blanks or another order of keys;
  // the values must be equal.
  OrderedJson expected = try_parse_json(text);
  if (!there.is_object() || !expected.is_object()) return false;
  expected["file_name"] = name;
  return there == expected;
}

// Of a run or a removal that was killed; a link under such a name is somebody else's.
bool is_left_over(const std::string& name, EntryKind kind) {
  return is_temporary_name(name) && (kind == EntryKind::kFile || kind == EntryKind::kFolder);
}

}  // namespace

// The shard whose samples are passing by.
struct OutputAudit::Shard {
  std::string folder;                 // "images/00003"
  std::unique_ptr<OutputFile> lines;  // none when it cannot be read
  std::optional<std::string> line;    // read, and not yet compared
  std::set<std::string, std::less<>> names{std::string(kMetadataFile), std::string(kRejectsFile)};

  // False at the end.
  bool fill() {
    if (!line && lines != nullptr) {
      std::string next;
      if (next_line(*lines, next)) line = std::move(next);
    }
    return line.has_value();
  }
};

OutputAudit::OutputAudit(fs::path folder, RunDescription run,
                         std::function<void(const std::string&)> problem)
    : folder_(std::move(folder)), run_(std::move(run)), problem_(std::move(problem)) {}

OutputAudit::~OutputAudit() = default;

// Runs what reads a file; that it cannot be read is a difference like any other.
template <typename Function>
void OutputAudit::trying(const Function& function) const {
  try {
    function();
  } catch (const SystemError& error) {
    if (error.lacks_resources()) throw;
    problem_(error.what());
  } catch (const RunError& error) {
    problem_(error.what());
  }
}

void OutputAudit::add(const SampleRecord& record, const std::string& text) {
  const fs::path path(record.file_name);
  const std::string shard_folder = path.parent_path().string();
  if (shard_ == nullptr || shard_->folder != shard_folder) {
    close_shard();
    shard_ = std::make_unique<Shard>();
    shard_->folder = shard_folder;
    trying([&] {
      shard_->lines =
          std::make_unique<OutputFile>(folder_, shard_folder + "/" + std::string(kMetadataFile));
    });
    named_shards_.insert(shard_folder);
  }
  // Numbers rise, so the names do, and none comes twice.
  if (!comes_after(record.file_name, last_name_)) {
    problem_(record.file_name + ": comes after " + last_name_);
  }
  last_name_ = record.file_name;
  const std::string name = path.filename().string();
  shard_->names.insert(name);
  if (shard_->lines == nullptr) return;
  try {
    compare_line(name, text);
  } catch (const RunError& error) {
    problem_(shard_->folder + "/metadata.jsonl: " + error.what());
    shard_->lines = nullptr;
  }
}

// Lines of the shard that the manifest passes over are named, and the next one looked at.
void OutputAudit::compare_line(const std::string& name, const std::string& text) {
  Shard& shard = *shard_;
  const std::string lines_name = shard.folder + "/" + std::string(kMetadataFile);
  while (shard.fill()) {
    const std::string there(file_name_of_line(*shard.line).value_or(""));
    if (!there.empty() && comes_after(there, name)) break;
    const bool is_earlier = !there.empty() && there != name;
    const bool same = !is_earlier && same_sample(*shard.line, shard.folder, name, text);
    shard.line.reset();
    if (same) return;
    if (!is_earlier) {
      problem_(shard.folder + "/" + name + ": " + lines_name + " has a different record");
      return;
    }
    problem_(lines_name + ": the manifest has no record of " + there);
  }
  problem_(shard.folder + "/" + name + ": " + lines_name + " has no record of it");
}

void OutputAudit::close_shard() {
  if (shard_ == nullptr) return;
  trying([&] {
    if (shard_->fill()) {
      problem_(shard_->folder + "/metadata.jsonl has records that are not in the manifest");
    }
  });
  trying([&] {
    const Folder images = Folder(folder_).folder(std::string(kImagesFolder));
    const Folder shard = images.folder(fs::path(shard_->folder).filename().string());
    // Each file of the shard is named by a record or is one of its two files of lines.
    for (const FolderEntry& entry : shard.entries()) {
      if (!shard_->names.contains(entry.name)) {
        problem_(shard_->folder + "/" + entry.name + ": the manifest does not name this file");
      }
    }
  });
}

void OutputAudit::finish() {
  close_shard();
  // Each by itself: one that cannot be finished must not hide what the others find.
  trying([&] { check_unnamed_shards(); });
  trying([&] { check_classes(); });
  trying([&] { check_plan(); });
  trying([&] { check_names(); });
}

// A shard of which every sample was rejected is named by no record; it may hold nothing else.
void OutputAudit::check_unnamed_shards() const {
  const Folder images = Folder(folder_).folder(std::string(kImagesFolder));
  for (const FolderEntry& entry : images.entries()) {
    const std::string name = std::string(kImagesFolder) + "/" + entry.name;
    if (named_shards_.contains(name)) continue;
    bool only_rejects = entry.kind == EntryKind::kFolder;
    if (only_rejects) {
      const std::vector<FolderEntry> files = images.folder(entry.name).entries();
      only_rejects = files.size() == 2 && files[0].name == kMetadataFile &&
                     files[1].name == kRejectsFile &&
                     OutputFile(folder_, name + "/" + std::string(kMetadataFile)).size() == 0;
    }
    if (!only_rejects) {
      const bool link = entry.kind == EntryKind::kLink;
      problem_(name + ": the manifest does not name this" + (link ? ", a symbolic link" : ""));
    }
  }
}

std::string OutputAudit::text_of(std::string_view name) const {
  OutputFile file(folder_, std::string(name));
  if (file.size() > kMostJsonBytes) {
    throw RunError(std::string(name) + " is longer than " + std::to_string(kMostJsonBytes) +
                   " bytes");
  }
  // The file may have shrunk since: what was read counts.
  std::string text(file.size(), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void OutputAudit::check_plan() {
  OrderedJson plan;
  try {
    plan = parse_json(text_of(kPlanFile));
  } catch (const JsonError& error) {
    problem_("plan.json " + std::string(error.what()));
    return;
  }
  if (!plan.is_object()) {
    problem_("plan.json is not a JSON object");
    return;
  }
  // The tool's version is that of the writer, not of this program.
  OrderedJson expected = OrderedJson::parse(plan_text(run_));
  // Only then can the schema that lies beside be compared with this program's.
  by_this_version_ = expected["tool"] == plan["tool"];
  expected["tool"] = plan["tool"];
  const std::string difference = first_difference(plan, expected, "in the manifest");
  if (!difference.empty()) {
    problem_("plan.json and manifest.json differ: " + difference);
  }
}

void OutputAudit::check_classes() const {
  std::string classes;
  for (const std::string& name : run_.classes) classes += name + "\n";
  if (text_of(kClassesFile) != classes) {
    problem_("classes.txt does not list the manifest's classes");
  }
}

void OutputAudit::check_names() const {
  static constexpr std::array kTop{kPlanFile,    kManifestFile, kClassesFile,
                                   kRejectsFile, kImagesFolder, kSchemaFolder};
  const Folder top(folder_);
  for (const auto& [name, kind] : top.entries()) {
    if (std::find(kTop.begin(), kTop.end(), name) == kTop.end() && !is_left_over(name, kind)) {
      problem_(name + ": the manifest does not name this");
    }
  }
  const Folder schema = top.folder(std::string(kSchemaFolder));
  if (schema.kind(std::string(kSchemaFile)) != EntryKind::kFile) {
    problem_("schema/manifest-1.json is missing or not a file");
  } else if (by_this_version_ && text_of("schema/manifest-1.json") != manifest_schema()) {
    problem_("schema/manifest-1.json is not the schema of this version");
  }
  for (const auto& [name, kind] : schema.entries()) {
    if (name != kSchemaFile && !is_left_over(name, kind)) {
      problem_("schema/" + name + ": the manifest does not name this");
    }
  }
}

}  // namespace guidedmixup

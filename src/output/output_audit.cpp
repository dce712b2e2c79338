#include <array>
#include <fstream>
#include <tuple>
#include <utility>

#include <guidedmixup/output/output_audit.hpp>

#include "description_json.hpp"
#include "output_files.hpp"
#include "own_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

std::string read_whole(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Shards and outputs are numbered; a longer number is a later one.
bool comes_after(const fs::path& name, const fs::path& before) {
  const auto key = [](const fs::path& path) {
    const std::string folder = path.parent_path().string();
    const std::string file = path.filename().string();
    return std::tuple(folder.size(), folder, file.size(), file);
  };
  return key(name) > key(before);
}

}  // namespace

// The shard whose samples are passing by.
struct OutputAudit::Shard {
  std::string folder;  // "images/00003"
  std::ifstream lines;
  std::set<std::string> names{std::string(kMetadataFile), std::string(kRejectsFile)};
};

OutputAudit::OutputAudit(fs::path folder, RunDescription run,
                         std::function<void(const std::string&)> problem)
    : folder_(std::move(folder)), run_(std::move(run)), problem_(std::move(problem)) {}

OutputAudit::~OutputAudit() = default;

void OutputAudit::add(const SampleRecord& record) {
  const fs::path path(record.file_name);
  const std::string shard_folder = path.parent_path().string();
  if (shard_ == nullptr || shard_->folder != shard_folder) {
    close_shard();
    shard_ = std::make_unique<Shard>();
    shard_->folder = shard_folder;
    shard_->lines.open(folder_ / shard_folder / kMetadataFile, std::ios::binary);
    named_shards_.insert(shard_folder);
  }
  // Numbers rise, so the names do, and none comes twice.
  if (!comes_after(record.file_name, last_name_)) {
    problem_(record.file_name + ": stands after " + last_name_);
  }
  last_name_ = record.file_name;
  SampleRecord in_shard = record;
  in_shard.file_name = path.filename().string();
  shard_->names.insert(in_shard.file_name);
  std::string line;
  std::getline(shard_->lines, line);
  const OrderedJson there = OrderedJson::parse(line, nullptr, /*allow_exceptions=*/false);
  if (there.is_discarded() || there != OrderedJson::parse(sample_line(in_shard))) {
    problem_(record.file_name + ": " + shard_folder + "/metadata.jsonl says something else");
  }
}

void OutputAudit::close_shard() {
  if (shard_ == nullptr) return;
  std::string rest;
  if (std::getline(shard_->lines, rest)) {
    problem_(shard_->folder + "/metadata.jsonl has lines that the manifest lacks");
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_ / shard_->folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!shard_->names.contains(name)) {
      problem_(shard_->folder + "/" + name + ": the manifest does not name this file");
    }
  }
}

std::uint64_t OutputAudit::finish() {
  close_shard();
  check_unnamed_shards();
  check_top_level();
  std::uint64_t rejects = 0;
  std::ifstream lines(folder_ / kRejectsFile, std::ios::binary);
  for (std::string line; std::getline(lines, line);) ++rejects;
  return rejects;
}

// A shard of which every sample was rejected is named by no record; it may hold nothing else.
void OutputAudit::check_unnamed_shards() const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_ / kImagesFolder, error)) {
    const std::string name = std::string(kImagesFolder) + "/" + entry.path().filename().string();
    if (named_shards_.contains(name)) continue;
    bool only_rejects = entry.is_directory() && fs::exists(entry.path() / kRejectsFile) &&
                        read_whole(entry.path() / kMetadataFile).empty();
    for (const auto& file : fs::directory_iterator(entry.path(), error)) {
      const std::string inner = file.path().filename().string();
      only_rejects = only_rejects && (inner == kMetadataFile || inner == kRejectsFile);
    }
    if (!only_rejects) problem_(name + ": the manifest does not name this");
  }
}

void OutputAudit::check_plan() const {
  OrderedJson plan =
      OrderedJson::parse(read_whole(folder_ / kPlanFile), nullptr, /*allow_exceptions=*/false);
  if (!plan.is_object()) {
    problem_("plan.json is missing or is no JSON object");
    return;
  }
  // The tool's version is that of the writer, not of this program.
  OrderedJson expected = OrderedJson::parse(plan_text(run_));
  expected["tool"] = plan["tool"];
  const std::string difference = first_difference(plan, expected);
  if (!difference.empty()) {
    problem_("plan.json and manifest.json differ (there: the plan, now: the manifest): " +
             difference);
  }
}

void OutputAudit::check_top_level() const {
  std::string classes;
  for (const std::string& name : run_.classes) classes += name + "\n";
  if (read_whole(folder_ / kClassesFile) != classes) {
    problem_("classes.txt is missing or does not list the manifest's classes");
  }
  check_plan();
  if (!fs::exists(folder_ / kSchemaFolder / kSchemaFile)) {
    problem_("schema/manifest-1.json is missing");
  }
  const FolderContent content = content_of(folder_);
  if (content.state == FolderState::kForeign) {
    const fs::path foreign = content.first_foreign.lexically_relative(folder_);
    // Files inside images/ were compared one by one.
    if (*foreign.begin() != kImagesFolder) {
      problem_(foreign.string() + ": the manifest does not name this");
    }
  }
}

}  // namespace guidedmixup

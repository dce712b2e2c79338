#include "own_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <guidedmixup/core/error.hpp>

#include "output_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

bool is_partial(std::string_view name) { return name.ends_with(kPartialSuffix); }

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// One of the files that stand directly in an output folder, complete or not.
bool is_own_top_file(std::string_view name) {
  static constexpr std::array kOwn{kPlanFile, kManifestFile, kClassesFile, kRejectsFile};
  if (is_partial(name)) name.remove_suffix(kPartialSuffix.size());
  return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

std::vector<fs::directory_entry> entries(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator iterator(folder, error);
  if (error) throw system_error("cannot read the folder", folder.string(), error.value());
  std::vector<fs::directory_entry> all(begin(iterator), end(iterator));
  std::sort(all.begin(), all.end());
  return all;
}

// The outputs that a published shard names in its metadata.
std::unordered_set<std::string> named_outputs(const fs::path& shard) {
  std::unordered_set<std::string> names{std::string(kMetadataFile), std::string(kRejectsFile)};
  std::ifstream lines(shard / kMetadataFile);
  for (std::string line; std::getline(lines, line);) {
    const OrderedJson record = try_parse_json(line);
    if (record.is_object() && record.contains("file_name") && record["file_name"].is_string()) {
      names.insert(record["file_name"].get<std::string>());
    }
  }
  return names;
}

fs::path first_foreign_in_images(const fs::path& images) {
  for (const auto& shard : entries(images)) {
    const std::string name = shard.path().filename().string();
    const bool partial = is_partial(name);
    const std::string number = name.substr(0, name.size() - (partial ? kPartialSuffix.size() : 0));
    if (!shard.is_directory() || shard.is_symlink() || !is_number(number)) return shard.path();
    if (partial) continue;
    const auto names = named_outputs(shard.path());
    for (const auto& file : entries(shard.path())) {
      if (!names.contains(file.path().filename().string())) return file.path();
    }
  }
  return {};
}

fs::path first_foreign_in(const fs::path& folder) {
  for (const auto& entry : entries(folder)) {
    const std::string name = entry.path().filename().string();
    if (name == kImagesFolder && entry.is_directory()) {
      fs::path foreign = first_foreign_in_images(entry.path());
      if (!foreign.empty()) return foreign;
    } else if (name == kSchemaFolder && entry.is_directory()) {
      for (const auto& file : entries(entry.path())) {
        std::string schema = file.path().filename().string();
        if (is_partial(schema)) schema.resize(schema.size() - kPartialSuffix.size());
        if (schema != kSchemaFile) return file.path();
      }
    } else if (!is_own_top_file(name)) {
      return entry.path();
    }
  }
  return {};
}

bool is_our_plan(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const OrderedJson plan = try_parse_json(text);
  return text_at(plan, "format") == "guidedmixup-plan";
}

bool is_our_manifest(const fs::path& file) {
  // The head is enough, and a manifest may be large.
  std::ifstream stream(file, std::ios::binary);
  std::string head(64, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("guidedmixup-manifest") != std::string::npos;
}

}  // namespace

FolderContent content_of(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return {};
  if (error) throw system_error("cannot look at", folder.string(), error.value());
  if (!fs::is_directory(status)) return {FolderState::kNotAFolder, {}};
  const auto all = entries(folder);
  if (all.empty()) return {};
  const fs::path foreign = first_foreign_in(folder);
  if (!foreign.empty()) return {FolderState::kForeign, foreign};
  if (is_our_plan(folder / kPlanFile) || is_our_manifest(folder / kManifestFile)) {
    return {FolderState::kOurs, {}};
  }
  const bool left_over = std::all_of(all.begin(), all.end(), [](const auto& entry) {
    return is_partial(entry.path().filename().string());
  });
  if (left_over) return {FolderState::kLeftOver, {}};
  return {FolderState::kForeign, all.front().path()};
}

void remove_own_files(const fs::path& folder) {
  const FolderContent content = content_of(folder);
  if (content.state == FolderState::kForeign) {
    throw UsageError("the output folder '" + folder.string() + "' has changed meanwhile: '" +
                     content.first_foreign.string() + "' is not ours; nothing was removed");
  }
  // All that is here is ours, so whole shards may go. The plan goes last: until then an interrupted
  // removal can be repeated.
  fs::remove_all(folder / kImagesFolder);
  fs::remove_all(folder / kSchemaFolder);
  for (const auto name : {kClassesFile, kRejectsFile, kManifestFile, kPlanFile}) {
    fs::remove(folder / name);
  }
}

void remove_partial_files(const fs::path& folder) {
  for (const fs::path& place : {folder, folder / kImagesFolder, folder / kSchemaFolder}) {
    if (!fs::is_directory(place)) continue;
    for (const auto& entry : entries(place)) {
      if (is_partial(entry.path().filename().string())) fs::remove_all(entry.path());
    }
  }
}

}  // namespace guidedmixup

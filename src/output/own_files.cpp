// What is ours is decided by names and kinds, and for images by the shard's own metadata.jsonl.
// Both questions go through the same functions: `content_of` before a run, and removal. Anything
// else makes the whole folder foreign, so that no mixture of ours and somebody's is ever removed in
// part.
#include "own_files.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <fcntl.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/records.hpp>

#include "files.hpp"
#include "json_text.hpp"
#include "output_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// One of the files that stand directly in an output folder.
bool is_own_top_file(std::string_view name) {
  static constexpr std::array kOwn{kPlanFile, kManifestFile, kClassesFile, kRejectsFile};
  return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

// Earlier builds called what was not complete by its name and this suffix. The name, or "".
std::string_view complete_name(std::string_view name) {
  if (!name.ends_with(kPartialSuffix)) return "";
  return name.substr(0, name.size() - kPartialSuffix.size());
}

bool is_schema_file(std::string_view name) { return name == kSchemaFile; }

// Something that is not ours, or has the name of ours and another kind.
struct Foreign {
  fs::path path;
  std::string why;
};

std::string kind_in_brackets(EntryKind kind) { return " (" + std::string(to_string(kind)) + ")"; }

Foreign foreign(const Folder& folder, const FolderEntry& entry) {
  const bool plain = entry.kind == EntryKind::kFile || entry.kind == EntryKind::kFolder;
  return {folder.path() / entry.name, plain ? "" : kind_in_brackets(entry.kind)};
}

Foreign wrong_kind(const Folder& folder, const FolderEntry& entry) {
  return {folder.path() / entry.name, kind_in_brackets(entry.kind)};
}

Foreign unnamed(const Folder& shard, const FolderEntry& entry) {
  return {shard.path() / entry.name,
          " (not listed in the metadata.jsonl next to it; if that file "
          "has lost lines, --resume remakes the shard)"};
}

// The outputs that a shard's metadata names; nothing when it is damaged or not there.
std::optional<std::unordered_set<std::string>> named_outputs(const Folder& shard) {
  if (shard.kind(std::string(kMetadataFile)) != EntryKind::kFile) return std::nullopt;
  std::unordered_set<std::string> names;
  LineReader lines(shard, std::string(kMetadataFile));
  for (std::string line; lines.next(line);) {
    const auto name = file_name_of_line(line);
    if (!name) return std::nullopt;
    names.emplace(*name);
  }
  // A file that was cut, or emptied, no longer says which images are ours. Taking all of them for
  // foreign would refuse to resume exactly the outputs that need it.
  if (lines.cut() || names.empty()) return std::nullopt;
  return names;
}

// One foreign file is enough, so the first is named and the search ends.
std::optional<Foreign> foreign_in_shard(const Folder& shard, OwnImages images) {
  const auto names = images == OwnImages::kNamed ? named_outputs(shard) : std::nullopt;
  for (const FolderEntry& entry : shard.entries()) {
    const bool is_output = is_output_name(entry.name);
    if (!is_output && entry.name != kMetadataFile && entry.name != kRejectsFile) {
      return foreign(shard, entry);
    }
    if (entry.kind != EntryKind::kFile) return wrong_kind(shard, entry);
    if (is_output && names && !names->contains(entry.name)) return unnamed(shard, entry);
  }
  return std::nullopt;
}

// In a folder that may hold only files, of any names.
std::optional<Foreign> foreign_in_left_over(const Folder& folder) {
  for (const FolderEntry& entry : folder.entries()) {
    if (entry.kind != EntryKind::kFile) return wrong_kind(folder, entry);
  }
  return std::nullopt;
}

std::optional<Foreign> foreign_in_images(const Folder& images, OwnImages own) {
  for (const FolderEntry& entry : images.entries()) {
    const bool temporary = is_temporary_name(entry.name);
    const bool partial = is_number(complete_name(entry.name));
    // Any number of digits, since the shards of a large output have more than five.
    if (!temporary && !partial && !is_number(entry.name)) return foreign(images, entry);
    if (entry.kind != EntryKind::kFolder) return wrong_kind(images, entry);
    const auto shard = images.find_folder(entry.name);
    if (!shard) continue;  // another process is just publishing it
    // A shard that was never finished has no lines yet, so names alone must do.
    auto found = temporary ? foreign_in_left_over(*shard)
                           : foreign_in_shard(*shard, partial ? OwnImages::kNumbered : own);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Foreign> foreign_in_schema(const Folder& schema) {
  for (const FolderEntry& entry : schema.entries()) {
    const bool own = is_schema_file(entry.name) || is_schema_file(complete_name(entry.name));
    if (!own && !is_temporary_name(entry.name)) return foreign(schema, entry);
    if (entry.kind != EntryKind::kFile) return wrong_kind(schema, entry);
  }
  return std::nullopt;
}

// A folder under the name of a file of ours, or a link under that of a folder, is somebody's work
// and makes the whole output foreign.
std::optional<Foreign> foreign_in_top(const Folder& folder, const FolderEntry& entry,
                                      OwnImages images) {
  const bool is_folder = entry.kind == EntryKind::kFolder;
  if (entry.name == kImagesFolder && is_folder) {
    return foreign_in_images(folder.folder(entry.name), images);
  }
  if (entry.name == kSchemaFolder && is_folder) {
    return foreign_in_schema(folder.folder(entry.name));
  }
  // Made while the file system was tried, or a shard moved aside for removal.
  if (is_temporary_name(entry.name) && is_folder) {
    const auto left_over = folder.find_folder(entry.name);
    return left_over ? foreign_in_left_over(*left_over) : std::nullopt;
  }
  if (entry.name == kImagesFolder || entry.name == kSchemaFolder) return wrong_kind(folder, entry);
  if (!is_own_top_file(entry.name) && !is_own_top_file(complete_name(entry.name)) &&
      !is_temporary_name(entry.name)) {
    return foreign(folder, entry);
  }
  if (entry.kind != EntryKind::kFile) return wrong_kind(folder, entry);
  return std::nullopt;
}

// The beginning of a file that is known to be there.
std::string head_of(const Folder& folder, std::string_view name, std::size_t size) {
  const FileDescriptor fd = folder.file(std::string(name), O_RDONLY);
  std::string head(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t count =
        read_some(fd.get(), head.data() + filled, size - filled, (folder.path() / name).string());
    if (count == 0) break;
    filled += count;
  }
  head.resize(filled);
  return head;
}

// The heads are enough: both have their format first, and either may be damaged further on.
bool has_own_head(const Folder& folder, std::string_view name, std::string_view format) {
  if (folder.kind(std::string(name)) != EntryKind::kFile) return false;
  return head_of(folder, name, 64).find(format) != std::string::npos;
}

}  // namespace

FolderContent content_of(const Folder& folder, OwnImages images) {
  const auto all = folder.entries();
  if (all.empty()) return {};
  for (const FolderEntry& entry : all) {
    const auto found = foreign_in_top(folder, entry, images);
    if (found) return {FolderState::kForeign, found->path, found->why};
  }
  const auto is_left_over = [&](const FolderEntry& entry) {
    return is_temporary_name(entry.name) || (complete_name(entry.name) == kPlanFile &&
                                             has_own_head(folder, entry.name, "guidedmixup-plan"));
  };
  if (std::all_of(all.begin(), all.end(), is_left_over)) return {FolderState::kLeftOver, {}, ""};
  if (has_own_head(folder, kPlanFile, "guidedmixup-plan") ||
      has_own_head(folder, kManifestFile, "guidedmixup-manifest")) {
    return {FolderState::kOurs, {}, ""};
  }
  // Nothing but names of ours, yet neither head says so: the message names the plan where there is
  // one, because that is the file to look at.
  const bool has_plan = folder.kind(std::string(kPlanFile)) != EntryKind::kNone;
  const auto first = has_plan ? std::string(kPlanFile) : all.front().name;
  return {FolderState::kForeign, folder.path() / first, ""};
}

// The path may be a link, as the user typed it. One that leads nowhere is no free place: creating
// the folder would make it somewhere else, wherever the link points.
FolderContent content_of(const fs::path& folder, FolderLinks links, OwnImages images) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) {
    if (!fs::is_symlink(fs::symlink_status(folder, error))) return {};
    return {FolderState::kNotAFolder, {}, ""};
  }
  if (error) throw system_error("cannot look at", folder.string(), error.value());
  if (!fs::is_directory(status)) return {FolderState::kNotAFolder, {}, ""};
  return content_of(Folder(folder, links), images);
}

void remove_shard(const Folder& images, const std::string& name) {
  // Moved aside first: a removal that is interrupted would otherwise leave a shard that lacks files
  // and still bears its name.
  std::string temporary = name;
  if (!is_temporary_name(name)) {
    temporary = temporary_name();
    images.rename(name, temporary);
  }
  remove_folder_of_files(images, temporary);
}

void remove_own_files(const Folder& folder) {
  // Looked at again, now that the lock keeps others out: the first look was before the listing.
  const FolderContent content = content_of(folder, OwnImages::kNamed);
  if (content.state == FolderState::kForeign) {
    throw UsageError("the output folder '" + printable(folder.path().string()) +
                     "' has changed in the meantime: '" +
                     printable(content.first_foreign.string()) + "'" + content.why +
                     " was not written by guidedmixup; nothing was removed");
  }
  // All that is here is ours. The manifest goes first, since it names what follows; the plan goes
  // last, since it says that what is left is ours.
  folder.remove_file(std::string(kManifestFile));
  for (const std::string_view name : {kImagesFolder, kSchemaFolder}) {
    const std::string inner(name);
    if (folder.kind(inner) == EntryKind::kNone) continue;
    if (name == kImagesFolder) {
      const Folder images = folder.folder(inner);
      for (const FolderEntry& shard : images.entries()) remove_shard(images, shard.name);
      folder.remove_empty_folder(inner);
    } else {
      remove_folder_of_files(folder, inner);
    }
  }
  for (const auto name : {kClassesFile, kRejectsFile, kPlanFile}) {
    folder.remove_file(std::string(name));
  }
}

namespace {

// `is_own` says which names are ours there, once they are complete, and `kind` what they name.
void remove_temporary_entries(const Folder& folder, bool (*is_own)(std::string_view),
                              EntryKind kind) {
  for (const FolderEntry& entry : folder.entries()) {
    const bool partial = entry.kind == kind && is_own(complete_name(entry.name));
    if (!partial && !is_temporary_name(entry.name)) continue;
    if (entry.kind == EntryKind::kFolder) {
      remove_folder_of_files(folder, entry.name);
    } else {
      folder.remove_file(entry.name);
    }
  }
}

}  // namespace

void remove_partial_files(const Folder& folder) {
  if (const auto images = folder.find_folder(std::string(kImagesFolder))) {
    remove_temporary_entries(*images, is_number, EntryKind::kFolder);
  }
  if (const auto schema = folder.find_folder(std::string(kSchemaFolder))) {
    remove_temporary_entries(*schema, is_schema_file, EntryKind::kFile);
  }
  remove_temporary_entries(folder, is_own_top_file, EntryKind::kFile);
}

}  // namespace guidedmixup

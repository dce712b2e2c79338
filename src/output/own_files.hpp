/// Telling this program's files in an output folder from everybody else's.
#pragma once

#include <filesystem>
#include <string>

#include "folder.hpp"

namespace guidedmixup {

enum class FolderState {
  kFree,  ///< absent or empty
  kNotAFolder,
  kOurs,      ///< has our plan.json or manifest.json, and nothing that is not ours
  kLeftOver,  ///< only what a run killed before its plan.json leaves
  kForeign,   ///< holds something that is not ours
};

/// Which images in a shard are ours.
enum class OwnImages {
  kNamed,     ///< those in its metadata.jsonl; all that bear an output's name when that is damaged
  kNumbered,  ///< all that bear an output's name
};

struct FolderContent {
  FolderState state = FolderState::kFree;
  std::filesystem::path first_foreign;
  std::string why;  ///< " (a symbolic link)" when it bears a name of ours, else ""
};

/// Throws RunError when something cannot be read.
[[nodiscard]] FolderContent content_of(const std::filesystem::path& folder,
                                       FolderLinks links = FolderLinks::kFollow,
                                       OwnImages images = OwnImages::kNamed);
[[nodiscard]] FolderContent content_of(const Folder& folder, OwnImages images);

/// Removes an output of this program: what its plan, manifest and shards name, nothing else. There
/// is a plan.json, locked. When it is interrupted at any point, what is left is ours still, without
/// a manifest.
void remove_own_files(const Folder& folder);

/// Removes a shard in one step, as others see it, from the folder images/.
void remove_shard(const Folder& images, const std::string& name);

/// Removes what a killed run left under temporary names.
void remove_partial_files(const Folder& folder);

}  // namespace guidedmixup

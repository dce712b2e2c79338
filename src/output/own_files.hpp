/// Telling this program's files in an output folder from everybody else's.
#pragma once

#include <filesystem>

#include "json_text.hpp"

namespace guidedmixup {

enum class FolderState {
  kFree,  ///< absent or empty
  kNotAFolder,
  kOurs,      ///< has our plan.json or manifest.json, and nothing that is not ours
  kLeftOver,  ///< only what a run killed before its plan.json leaves
  kForeign,   ///< holds something that is not ours
};

struct FolderContent {
  FolderState state = FolderState::kFree;
  std::filesystem::path first_foreign;
};

[[nodiscard]] FolderContent content_of(const std::filesystem::path& folder);

/// Removes an output of this program: what its plan, manifest and shards name, nothing else.
void remove_own_files(const std::filesystem::path& folder);

/// Removes what a killed run left under temporary names.
void remove_partial_files(const std::filesystem::path& folder);

/// plan.json as it stands. Throws UsageError when it is none.
[[nodiscard]] OrderedJson read_plan(const std::filesystem::path& file);

}  // namespace guidedmixup

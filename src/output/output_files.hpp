/// The names of the files of an output folder, in one place.
#pragma once

#include <string_view>

namespace guidedmixup {

inline constexpr std::string_view kPlanFile = "plan.json";
inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kClassesFile = "classes.txt";
inline constexpr std::string_view kRejectsFile = "rejects.jsonl";
inline constexpr std::string_view kMetadataFile = "metadata.jsonl";
inline constexpr std::string_view kImagesFolder = "images";
inline constexpr std::string_view kSchemaFolder = "schema";
inline constexpr std::string_view kSchemaFile = "manifest-1.json";
/// What is not yet complete bears this suffix.
inline constexpr std::string_view kPartialSuffix = ".partial";

}  // namespace guidedmixup

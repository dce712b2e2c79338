/// The names of the files of an output folder, in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

/// "00003" of "images/00003".
[[nodiscard]] std::string shard_name(const std::string& shard_folder);

/// The number of an output's file name, "000000123.jpg"; nothing when it is none.
[[nodiscard]] std::optional<std::uint64_t> output_number(std::string_view name,
                                                         std::string_view extension);
/// Is it the name of an output, in any of the formats?
[[nodiscard]] bool is_output_name(std::string_view name);

}  // namespace guidedmixup

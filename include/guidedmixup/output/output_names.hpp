/// Names of the files of an output folder, and from the plan's numbers to those of shards and
/// outputs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace guidedmixup {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kRejectsFile = "rejects.jsonl";    ///< of a shard, or of all
inline constexpr std::string_view kMetadataFile = "metadata.jsonl";  ///< of a shard

/// "images/00012": a shard, relative to the output folder.
[[nodiscard]] std::string shard_folder(std::uint64_t shard);

/// "000000123.jpg": an output in its shard. ASCII, one dot, as a member of a tar needs it.
[[nodiscard]] std::string output_name(std::uint64_t number, std::string_view extension);

}  // namespace guidedmixup

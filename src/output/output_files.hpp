/// The names of the files of an output folder that only this stage needs; output_names.hpp has the
/// others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <guidedmixup/output/output_names.hpp>

namespace guidedmixup {

inline constexpr std::string_view kPlanFile = "plan.json";
inline constexpr std::string_view kClassesFile = "classes.txt";
inline constexpr std::string_view kImagesFolder = "images";
inline constexpr std::string_view kSchemaFolder = "schema";
inline constexpr std::string_view kSchemaFile = "manifest-1.json";
/// What is not yet complete bears this suffix.
inline constexpr std::string_view kPartialSuffix = ".partial";

/// Nothing but digits?
[[nodiscard]] bool is_number(std::string_view text);

/// "00003": a shard in images/.
[[nodiscard]] std::string shard_name(std::uint64_t shard);

/// The lines that a shard has beside its outputs.
enum class ShardLines { kSamples, kRejects };
[[nodiscard]] constexpr std::string_view lines_file(ShardLines which) {
  return which == ShardLines::kSamples ? kMetadataFile : kRejectsFile;
}
/// "images/00003/rejects.jsonl", for messages.
[[nodiscard]] std::string lines_path(std::uint64_t shard, ShardLines which);

/// The number of an output's file name, "000000123.jpg"; nothing when it is none.
[[nodiscard]] std::optional<std::uint64_t> output_number(std::string_view name,
                                                         std::string_view extension);
/// Is it the name of an output, in any of the formats?
[[nodiscard]] bool is_output_name(std::string_view name);
/// Is it "images/SHARD/NUMBER.FORMAT"? Then it leads to nowhere but below the output.
[[nodiscard]] bool is_output_path(std::string_view path);

}  // namespace guidedmixup

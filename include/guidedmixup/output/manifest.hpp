/// manifest.json as it is read: record by record. What writes it is in finish.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <guidedmixup/output/description.hpp>
#include <guidedmixup/output/records.hpp>

namespace guidedmixup {

/// Name and version of the build's parts, for the manifest's `tool`.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> build_facts();

struct OutputCounts {
  std::uint64_t samples = 0;
  KindCounts kinds;
  std::uint64_t rejected = 0;  ///< distinct samples
  /// Mixed samples of two sources which an earlier one has, in any order; nothing in a manifest of
  /// an earlier version.
  std::optional<std::uint64_t> repeated = std::nullopt;
};

/// A manifest's header as it was read: each value is of the right kind and within the range that
/// the options are held to. Method and engine are as written.
struct ManifestHeader {
  std::string version;
  RunDescription run;
  std::string root;
  OutputCounts counts;
  std::uint64_t samples_at = 0;  ///< byte of the file where the samples begin
};

/// Who reads a manifest: first the header, then each record in order with its JSON text. `problem`
/// gets every breach of the schema and all that is damaged, as a sentence. What cannot be read is
/// not handed on; a header that cannot ends the reading. What they throw ends it, too.
struct ManifestVisitor {
  std::function<void(const ManifestHeader&)> header;
  std::function<void(const SampleRecord&, const std::string& text)> sample;  ///< none: header only
  std::function<void(const std::string&)> problem;
  std::function<void()> pause = nullptr;  ///< called now and then: may throw to stop
};

/// Reads `output`/manifest.json as a stream. Throws RunError when there is none, it is not one of
/// this program's or cannot be read, or its major version is newer.
void read_manifest(const std::filesystem::path& output, const ManifestVisitor& visitor);

/// A few samples for a look at an output.
struct SamplePick {
  ManifestHeader header;
  std::vector<SampleRecord> samples;
};

/// At most `count` samples, at least 1, spread evenly: mixed ones, or any when none is mixed. Of a
/// long manifest laid out as it was written it reads and checks only what it picks; any other is
/// read whole. Throws RunError as read_manifest does, and when the manifest is damaged.
[[nodiscard]] SamplePick pick_samples(const std::filesystem::path& output, int count);

/// The samples of the shard of `sample` that are `together` with it, which stand one after the
/// other there; names are relative to the output, as in the manifest. Throws RunError when the
/// shard's lines cannot be read.
[[nodiscard]] std::vector<SampleRecord> records_beside(
    const std::filesystem::path& output, const SampleRecord& sample,
    const std::function<bool(const SampleRecord&)>& together);

/// The path of each source of each sample, again and again as they come. Throws RunError when the
/// manifest cannot be read.
void for_each_source(const std::filesystem::path& output,
                     const std::function<void(const std::string&)>& use);

/// The folders at or right below `output` that have a manifest: itself, or one for each method, in
/// byte order. Empty when there is none.
[[nodiscard]] std::vector<std::filesystem::path> manifest_folders(
    const std::filesystem::path& output);

/// The JSON Schema (draft-07) of manifest.json.
[[nodiscard]] std::string_view manifest_schema();

}  // namespace guidedmixup

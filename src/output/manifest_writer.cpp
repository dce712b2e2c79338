#include "manifest_writer.hpp"

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/output_names.hpp>

#include "description_json.hpp"
#include "files.hpp"
#include "shard_forms.hpp"

namespace guidedmixup {
namespace {

// The header's members, each on a line of its own, as pairs of key and text.
std::vector<std::pair<std::string, OrderedJson>> header_members(const RunDescription& run,
                                                                const ManifestInput& input) {
  const OutputCounts& counts = input.counts;
  OrderedJson build = OrderedJson::object();
  for (const auto& [name, value] : build_facts()) build[name] = value;
  std::vector<std::pair<std::string, OrderedJson>> members{
      {"format", "guidedmixup-manifest"},
      {"version", "1.0"},
      {"tool", {{"name", "guidedmixup"}, {"version", version()}, {"build", std::move(build)}}},
      {"method", method_json(run.method)},
      {"config", config_json(run)},
      {"input",
       {{"root", input.root},
        {"count", run.sample_count},
        {"classes", run.classes.size()},
        {"digest", run.listing_digest}}},
      {"classes", run.classes},
      {"image", image_json(run)},
      {"engine", {{"name", run.engine}}},
      {"counts",
       {{"samples", counts.samples},
        {"mixed", counts.kinds.mixed},
        {"clean", counts.kinds.clean},
        {"original", counts.kinds.original},
        {"rejected", counts.rejected},
        {"repeated", counts.repeated.value_or(0)}}}};
  if (!run.method.label_sum_to_one) members.emplace_back("label_sum_to_one", false);
  return members;
}

// Line by line from the shards, so that memory does not grow with the data set; a shard's lines are
// already as the manifest has them, but for the folder.
void write_samples(const OpenOutput& output, const ManifestInput& input, NewFile& file) {
  std::uint64_t samples = 0;
  const char* separator = "\n";
  for (std::uint64_t number = 0; number < input.shards; ++number) {
    const auto shard = find_folder_shard(output.images, number);
    if (shard == nullptr) continue;  // so the numbers differ, which is said below
    LineReader lines = shard->lines(ShardLines::kSamples);
    const std::string folder = shard_folder(number);
    for (std::string line; lines.next(line); ++samples) {
      file.append(separator);
      file.append(with_folder(line, folder));
      separator = ",\n";
    }
  }
  if (samples == input.counts.samples) return;
  throw RunError("the shards of '" + printable(output.top.path().string()) + "' have " +
                 std::to_string(samples) + " samples now and had " +
                 std::to_string(input.counts.samples) +
                 " a moment ago: another process is writing there, or the storage loses files");
}

void write_manifest(const OpenOutput& output, const RunDescription& run,
                    const ManifestInput& input) {
  NewFile file(output.top, std::string(kManifestFile), output.note);
  // One member a line and one sample a line, for line tools (docs/manifest.md).
  const char* separator = "{";
  for (const auto& [key, value] : header_members(run, input)) {
    file.append(separator);
    file.append(json_text(key) + ": " + json_text(value));
    separator = ",\n ";
  }
  file.append(",\n \"samples\": [");
  write_samples(output, input, file);
  file.append("\n]}\n");
  file.commit(ExistingFile::kReplace);
}

void write_file(const Folder& folder, std::string_view name, std::string_view content,
                const OutputNote& note) {
  NewFile file(folder, std::string(name), note);
  file.append(content);
  file.commit(ExistingFile::kReplace);
}

}  // namespace

void write_manifest_files(const OpenOutput& output, const RunDescription& run,
                          const ManifestInput& input) {
  if (input.reject_lines.empty()) {
    // Of an earlier finish, when the listing still had some.
    output.top.remove_file(std::string(kRejectsFile));
  } else {
    write_file(output.top, kRejectsFile, lines_text(input.reject_lines), output.note);
  }
  // Readers take an empty manifest for a data set; none at all stops them. rejects.jsonl stays,
  // since it has the reasons.
  if (input.counts.samples == 0) {
    throw UnusableSamplesError("no sample could be used, so no manifest was written; see '" +
                               printable((output.top.path() / kRejectsFile).string()) +
                               "' for the reasons");
  }
  write_file(output.top, kClassesFile, lines_text(run.classes), output.note);
  const Folder schema = output.top.made_folder(std::string(kSchemaFolder));
  write_file(schema, kSchemaFile, manifest_schema(), output.note);
  write_manifest(output, run, input);
}

}  // namespace guidedmixup

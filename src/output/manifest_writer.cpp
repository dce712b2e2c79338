// Finishing an output: the lines of the shards become one document, line by line.
#include <cerrno>
#include <fstream>
#include <functional>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/module.hpp>
#include <guidedmixup/output/manifest.hpp>

#include "description_json.hpp"
#include "files.hpp"
#include "output_files.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

using LineFunction = std::function<void(const std::string& line, const std::string& shard_folder)>;

void for_each_sample_line(const fs::path& output, const ManifestInput& input,
                          const LineFunction& use) {
  for (const std::string& folder : input.shard_folders) {
    const fs::path file = output / folder / kMetadataFile;
    std::ifstream lines(file, std::ios::binary);
    if (!lines) throw system_error("cannot read", file.string(), errno);
    for (std::string line; std::getline(lines, line);) use(line, folder);
    if (lines.bad()) throw system_error("cannot read", file.string(), EIO);
  }
}

OutputCounts count_samples(const fs::path& output, const ManifestInput& input) {
  OutputCounts counts;
  for_each_sample_line(output, input, [&](const std::string& line, const std::string&) {
    ++counts.samples;
    switch (kind_of_line(line)) {
      case SampleKind::kMixed:
        ++counts.mixed;
        break;
      case SampleKind::kClean:
        ++counts.clean;
        break;
      case SampleKind::kOriginal:
        ++counts.original;
        break;
    }
  });
  counts.rejected = input.reject_lines.size();
  return counts;
}

// The header's members, each on a line of its own, as pairs of key and text.
std::vector<std::pair<std::string, OrderedJson>> header_members(const RunDescription& run,
                                                                const ManifestInput& input,
                                                                const OutputCounts& counts) {
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
        {"mixed", counts.mixed},
        {"clean", counts.clean},
        {"original", counts.original},
        {"rejected", counts.rejected}}}};
  if (!run.method.label_sum_to_one) members.emplace_back("label_sum_to_one", false);
  return members;
}

void write_manifest(const fs::path& output, const RunDescription& run, const ManifestInput& input,
                    const OutputCounts& counts) {
  ReplacementFile file(output / kManifestFile);
  const char* separator = "{";
  for (const auto& [key, value] : header_members(run, input, counts)) {
    file.append(separator);
    file.append(json_text(key) + ": " + json_text(value));
    separator = ",\n ";
  }
  file.append(",\n \"samples\": [");
  separator = "\n";
  for_each_sample_line(output, input, [&](const std::string& line, const std::string& folder) {
    file.append(separator);
    file.append(with_folder(line, folder));
    separator = ",\n";
  });
  file.append("\n]}\n");
  file.commit();
}

}  // namespace

OutputCounts finish_output(const fs::path& output, const RunDescription& run,
                           const ManifestInput& input) {
  const OutputCounts counts = count_samples(output, input);
  if (input.reject_lines.empty()) {
    fs::remove(output / kRejectsFile);  // of an earlier finish, when the listing still had some
  } else {
    replace_file(output / kRejectsFile, lines_text(input.reject_lines));
  }
  if (counts.samples == 0) {
    throw UnusableSamplesError("not one sample could be used, so no manifest was written; '" +
                               (output / kRejectsFile).string() + "' says why");
  }
  replace_file(output / kClassesFile, lines_text(run.classes));
  make_folder(output / kSchemaFolder);
  replace_file(output / kSchemaFolder / kSchemaFile, manifest_schema());
  write_manifest(output, run, input, counts);
  return counts;
}

}  // namespace guidedmixup

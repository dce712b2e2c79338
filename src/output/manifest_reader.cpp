// Reading a manifest as a stream: each element of `samples` is handed on and forgotten, whatever
// the layout of the lines.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/manifest.hpp>

#include "description_json.hpp"
#include "output_files.hpp"
#include "schema_check.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

constexpr int kSupportedMajor = 1;

RunError no_manifest(const fs::path& output) {
  return RunError("'" + printable(output.string()) +
                  "' has no manifest.json: it is not an output of guidedmixup, or its run is not "
                  "finished (augment --resume)");
}

SampleKind kind_from(const std::string& text) {
  for (const SampleKind kind : {SampleKind::kMixed, SampleKind::kClean, SampleKind::kOriginal}) {
    if (text == to_string(kind)) return kind;
  }
  throw RunError("unknown kind '" + text + "'");
}

// Names of draws that this program knows; others cannot be compared and are left out.
void read_draws(const OrderedJson& draws, SampleRecord& record) {
  if (draws.contains("lambda")) record.draws.push_back({"lambda", draws["lambda"].get<float>()});
  if (draws.contains("box")) {
    record.draws.push_back({"box", draws["box"].get<std::array<int, 4>>()});
  }
}

SampleRecord record_from(const OrderedJson& json) {
  SampleRecord record;
  record.file_name = json.at("file_name").get<std::string>();
  record.kind = kind_from(json.at("kind").get<std::string>());
  record.label = json.at("label").get<int>();
  record.label_indices = json.at("label_indices").get<std::vector<int>>();
  record.label_weights = json.at("label_weights").get<std::vector<float>>();
  record.sources = json.at("sources").get<std::vector<std::string>>();
  if (record.sources.empty() || record.sources.size() != record.label_indices.size() ||
      record.sources.size() != record.label_weights.size()) {
    throw RunError("label_indices, label_weights and sources must be equally long and not empty");
  }
  if (record.kind != SampleKind::kMixed && record.sources.size() != 1) {
    throw RunError("an image that was not mixed must have one source");
  }
  record.method = json.at("method").get<std::string>();
  record.round = json.at("round").get<std::uint32_t>();
  record.batch = json.at("batch").get<std::uint32_t>();
  record.slot = json.at("slot").get<std::uint32_t>();
  if (json.contains("pair_distance")) record.pair_distance = json["pair_distance"].get<float>();
  if (json.contains("draws")) read_draws(json["draws"], record);
  const std::string hash = json.at("xxh3").get<std::string>();
  const auto end = hash.data() + hash.size();
  if (hash.size() != 16 || std::from_chars(hash.data(), end, record.xxh3, 16).ptr != end) {
    throw RunError("xxh3 is not 16 hexadecimal digits: '" + hash + "'");
  }
  return record;
}

class Reader {
 public:
  Reader(fs::path file, const ManifestVisitor& visitor)
      : file_(std::move(file)), visitor_(visitor) {}

  void read() {
    std::ifstream stream(file_, std::ios::binary);
    if (!stream) throw system_error("cannot read", file_.string(), errno);
    OrderedJson document;
    try {
      // Depth 1 holds the header's members, depth 2 the samples.
      document = OrderedJson::parse(
          stream, [this](int depth, OrderedJson::parse_event_t event, OrderedJson& parsed) {
            return keep(depth, event, parsed);
          });
    } catch (const nlohmann::json::parse_error& error) {
      throw RunError("'" + printable(file_.string()) + "' is not valid JSON: " + error.what());
    }
    if (!header_given_) give_header(document);  // "samples" missing
  }

 private:
  bool keep(int depth, OrderedJson::parse_event_t event, OrderedJson& parsed) {
    using Event = OrderedJson::parse_event_t;
    if (depth == 1 && event == Event::key) {
      key_ = parsed.get<std::string>();
    } else if (depth == 1 && event == Event::array_start && key_ == "samples") {
      give_header(header_);
      in_samples_ = true;
    } else if (depth == 1 && event == Event::array_end && in_samples_) {
      in_samples_ = false;
    } else if (depth == 2 && in_samples_ &&
               (event == Event::object_end || event == Event::value || event == Event::array_end)) {
      give_sample(parsed);
      return false;
    } else if (depth == 1 && !in_samples_ &&
               (event == Event::value || event == Event::object_end || event == Event::array_end)) {
      header_[key_] = parsed;
    }
    return true;
  }

  void give_header(const OrderedJson& json) {
    header_given_ = true;
    if (text_at(json, "format") != "guidedmixup-manifest") {
      throw RunError("'" + printable(file_.string()) + "' is not a manifest of guidedmixup");
    }
    ManifestHeader header;
    header.version = text_at(json, "version");
    int major = 0;
    std::from_chars(header.version.data(), header.version.data() + header.version.size(), major);
    if (major > kSupportedMajor) {
      throw RunError("'" + printable(file_.string()) + "' has version " + header.version +
                     ", newer than this program understands (1.x); use a newer guidedmixup");
    }
    OrderedJson whole = json;
    whole["samples"] = OrderedJson::array();
    for (const std::string& problem : schema_.header_problems(whole)) {
      visitor_.problem("header: " + problem);
    }
    try {
      header.run = description_from_json(json);
      header.root = json.at("input").at("root").get<std::string>();
      const OrderedJson& counts = json.at("counts");
      header.counts = {
          counts.at("samples").get<std::uint64_t>(), counts.at("mixed").get<std::uint64_t>(),
          counts.at("clean").get<std::uint64_t>(), counts.at("original").get<std::uint64_t>(),
          counts.at("rejected").get<std::uint64_t>()};
    } catch (const nlohmann::json::exception& error) {
      throw RunError("the header of '" + file_.string() + "' cannot be read: " + error.what());
    }
    visitor_.header(header);
  }

  void give_sample(const OrderedJson& json) {
    const std::string place = "sample " + std::to_string(samples_++);
    for (const std::string& problem : schema_.sample_problems(json)) {
      visitor_.problem(place + ": " + problem);
    }
    SampleRecord record;
    try {
      record = record_from(json);
    } catch (const nlohmann::json::exception& error) {
      visitor_.problem(place + " cannot be read: " + error.what());
      return;
    } catch (const RunError& error) {
      visitor_.problem(place + ": " + error.what());
      return;
    }
    visitor_.sample(record);
  }

  fs::path file_;
  const ManifestVisitor& visitor_;
  SchemaCheck schema_;
  OrderedJson header_ = OrderedJson::object();
  std::string key_;
  bool header_given_ = false;
  bool in_samples_ = false;
  std::uint64_t samples_ = 0;
};

}  // namespace

void read_manifest(const fs::path& output, const ManifestVisitor& visitor) {
  if (!fs::exists(output / kManifestFile)) throw no_manifest(output);
  Reader(output / kManifestFile, visitor).read();
}

std::vector<fs::path> manifest_folders(const fs::path& output) {
  if (fs::exists(output / kManifestFile)) return {output};
  std::error_code error;
  fs::directory_iterator entry(output, error);
  std::vector<fs::path> folders;
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const fs::path folder = entry->path();
    if (fs::exists(folder / kManifestFile)) {
      folders.push_back(folder);
    } else if (fs::exists(folder / kPlanFile)) {
      throw no_manifest(folder);  // of several methods, one is not finished
    }
  }
  if (error) throw system_error("cannot read the folder", output.string(), error.value());
  if (folders.empty()) throw no_manifest(output);
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace guidedmixup

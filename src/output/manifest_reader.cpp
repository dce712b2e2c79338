// Reading a manifest as a stream: each element of `samples` is handed on and forgotten, whatever
// the layout of the lines.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_file.hpp>

#include "description_json.hpp"
#include "folder.hpp"
#include "json_members.hpp"
#include "manifest_text.hpp"
#include "output_files.hpp"
#include "sample_json.hpp"
#include "schema_check.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// Minor versions only add keys, which are passed over.
constexpr int kSupportedMajor = 1;

RunError no_manifest(const fs::path& output) {
  return RunError("'" + printable(output.string()) +
                  "' has no manifest.json: it is not an output of guidedmixup, or its run is not "
                  "finished (augment --resume)");
}

OutputCounts counts_from(const JsonMembers& counts) {
  constexpr Range<std::uint64_t> kAny{0, kLargestWhole};
  OutputCounts result{.samples = counts.whole("samples", kAny),
                      .kinds = {.mixed = counts.whole("mixed", kAny),
                                .clean = counts.whole("clean", kAny),
                                .original = counts.whole("original", kAny)},
                      .rejected = counts.whole("rejected", kAny)};
  if (counts.has("repeated")) result.repeated = counts.whole("repeated", kAny);
  return result;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Others are parsed and dropped, so that memory is bounded by these whatever a file holds.
constexpr std::array<std::string_view, 11> kHeaderKeys{
    "format",  "version", "tool",   "method", "config",          "input",
    "classes", "image",   "engine", "counts", "label_sum_to_one"};

// Read once: that takes longer than reading a short manifest.
const SchemaCheck& schema() {
  static const SchemaCheck check;
  return check;
}

// Keeps the header's members until the samples begin, then hands on sample by sample. The order of
// its members matters: `text_` reads from `stream_` and calls `pieces_`.
class Reader {
 public:
  Reader(const fs::path& output, const ManifestVisitor& visitor)
      : file_(output / kManifestFile),
        stream_(output, std::string(kManifestFile)),
        visitor_(visitor),
        pieces_{[this](const std::string& key, const std::string& text) { take(key, text); },
                [this] { return begin_samples(); },
                [this](const std::string& text) { give_sample(text); }, visitor.pause},
        text_(stream_, pieces_) {}

  void read() {
    try {
      if (text_.cut() && !samples_begun_) begin_samples();  // "samples" missing
    } catch (const JsonError& error) {
      // A file that never said what it is may be anybody's.
      if (!is_ours_) throw RunError(quoted() + " " + error.what());
      visitor_.problem("manifest.json " + std::string(error.what()) + kNothingElse);
    }
  }

 private:
  static constexpr const char* kNothingElse = "; nothing after that was checked";

  [[nodiscard]] std::string quoted() const { return "'" + printable(file_.string()) + "'"; }

  void take(const std::string& key, const std::string& text) {
    // Unknown keys are parsed as well: the file must be JSON as a whole.
    OrderedJson value = parse_json(text);
    if (std::find(kHeaderKeys.begin(), kHeaderKeys.end(), key) == kHeaderKeys.end()) return;
    if (header_.contains(key)) {
      visitor_.problem("header: the key " + key + " appears twice; readers may use either");
      return;
    }
    header_[key] = std::move(value);
    if (key == "format") check_format();
  }

  void check_format() {
    // Asked as soon as the key comes, which is first in all files of ours: of somebody else's large
    // JSON nothing more is read.
    is_ours_ = text_at(header_, "format") == "guidedmixup-manifest";
    if (!is_ours_) throw RunError(quoted() + " is not a manifest of guidedmixup");
  }

  bool begin_samples() {
    if (samples_begun_) {
      visitor_.problem(std::string("header: samples appears twice") + kNothingElse);
      return false;
    }
    // The header is judged now, because samples are given with it. Members that come after the
    // samples are read and held to JSON, but change nothing.
    samples_begun_ = true;
    // The key "format" may be missing, or come after the samples.
    if (!is_ours_) check_format();
    ManifestHeader header;
    try {
      header = read_header();
    } catch (const JsonError& error) {
      visitor_.problem("header: " + std::string(error.what()) + kNothingElse);
      return false;
    }
    // What the program itself does not need, or says less well.
    OrderedJson whole = header_;
    whole["samples"] = OrderedJson::array();
    for (const std::string& problem : schema().header_problems(whole)) {
      visitor_.problem("header: " + problem);
    }
    header.samples_at = text_.offset();
    visitor_.header(header);
    return static_cast<bool>(visitor_.sample);
  }

  [[nodiscard]] ManifestHeader read_header() const {
    ManifestHeader header;
    const JsonMembers members(header_);
    header.version = members.text("version");
    int major = 0;
    const char* const end = header.version.data() + header.version.size();
    const auto [rest, error] = std::from_chars(header.version.data(), end, major);
    // "1" or "1x" would be read as 1 by from_chars.
    const bool has_major = error == std::errc{} && rest != end && *rest == '.';
    if (!has_major) members.refuse("version", "1.0");
    // Thrown and not reported: what a later version means by its keys is not known here.
    if (major > kSupportedMajor) {
      throw RunError(quoted() + " has version " + printable(header.version) +
                     ", newer than this program understands (1.x); use a newer guidedmixup");
    }
    const bool is_known =
        header.version.starts_with("1.") && rest + 1 != end && std::all_of(rest + 1, end, is_digit);
    if (!is_known) members.refuse("version", "1.0");
    header.run = description_from_json(header_);
    header.root = members.object("input").text("root");
    header.counts = counts_from(members.object("counts"));
    return header;
  }

  void give_sample(const std::string& text) {
    // By number, because the record may have no name that could be trusted.
    const std::string place = "sample " + std::to_string(samples_++) + ": ";
    SampleRecord record;
    try {
      const OrderedJson json = parse_json(text);
      record = sample_from_json(json);
      // After our own reading, which holds texts to their form: the validator's patterns are left
      // out, since it needs much stack for them.
      for (const std::string& problem : schema().sample_problems(json)) {
        visitor_.problem(place + problem);
      }
    } catch (const JsonError& error) {
      visitor_.problem(place + error.what());
      return;
    }
    visitor_.sample(record, text);
  }

  fs::path file_;
  OutputFile stream_;
  const ManifestVisitor& visitor_;
  ManifestPieces pieces_;
  ManifestText text_;
  OrderedJson header_ = OrderedJson::object();
  bool is_ours_ = false;
  bool samples_begun_ = false;
  std::uint64_t samples_ = 0;
};

}  // namespace

void read_manifest(const fs::path& output, const ManifestVisitor& visitor) {
  if (!has_output_file(output, std::string(kManifestFile))) throw no_manifest(output);
  Reader(output, visitor).read();
}

// In byte order of the names, so that messages and totals come in the same order everywhere.
std::vector<fs::path> manifest_folders(const fs::path& output) {
  if (has_output_file(output, std::string(kManifestFile))) return {output};
  std::vector<fs::path> folders;
  for (const FolderEntry& entry : Folder(output).entries()) {
    const fs::path folder = output / entry.name;
    // Each is an output folder itself, which may be a link.
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (status.type() == fs::file_type::none) {
      throw system_error("cannot look at", folder.string(), error.value());
    }
    if (!fs::is_directory(status)) continue;
    if (has_output_file(folder, std::string(kManifestFile))) {
      folders.push_back(folder);
    } else if (has_output_file(folder, std::string(kPlanFile))) {
      throw no_manifest(folder);  // of several methods, one is not finished
    }
  }
  if (folders.empty()) throw no_manifest(output);
  return folders;
}

}  // namespace guidedmixup

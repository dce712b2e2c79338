// The files of an output folder: manifest, plan, and the lines of shards.
#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/output/records.hpp>

#include "../../../src/output/description_json.hpp"
#include "../../../src/output/json_text.hpp"
#include "../../../src/output/sample_json.hpp"
#include "reader.hpp"

namespace guidedmixup::fuzz {
namespace {

namespace fs = std::filesystem;

// The run whose plan and shards the inputs pretend to be.
RunDescription usual_run() {
  RunDescription run;
  run.method = {"guided-sr",
                {"spectral-residual", {{"blur_sigma", 2.5F}, {"map_size", 64}}},
                {"greedy", {}},
                {"guided", {{"mode", std::string("ratio")}}}};
  run.config = {{"seed", std::uint64_t{0}},
                {"batch_size", std::uint64_t{64}},
                {"rounds", std::uint64_t{3}},
                {"reuse", std::uint64_t{2}},
                {"mix_prob", 1.0F},
                {"include_originals", false},
                {"shard_size", std::uint64_t{1000}},
                {"limit", std::uint64_t{0}},
                {"fit", std::string("cover")},
                {"max_pixels", std::uint64_t{100}}};
  run.sample_count = 4;
  run.listing_digest = "xxh3:0123456789abcdef";
  run.classes = {"cat", "dog"};
  run.image_format = "png";
  run.image_size = {8, 6};
  run.engine = "cpu";
  return run;
}

// A record that was read is written and read again without a difference.
void check_record(const SampleRecord& record) {
  expect_no_refusal("a record of ours", [&] {
    const std::string line = sample_line(record);
    const SampleRecord again = sample_from_json(parse_json(line));
    require(sample_line(again) == line, "a record that is read and written again stays the same");
    require(kind_of_line(line) == record.kind, "a written line tells its kind");
    require(file_name_of_line(line) == std::string_view(record.file_name),
            "a written line tells its file name");
    require(pair_of_line(line).has_value() == (record.sources.size() == 2),
            "a written line tells its pair of sources");
  });
}

void check_description(const RunDescription& run) {
  expect_no_refusal("a plan of ours", [&] {
    OrderedJson plan = parse_json(plan_text(run));
    plan["classes"] = run.classes;
    require(plan_text(description_from_json(plan)) == plan_text(run),
            "a description that is read and written again stays the same");
  });
}

// Where the text of a sample leaves no doubt about its sources, for the reader that looks for them
// without parsing the rest.
bool is_plain(const std::string& text) {
  static constexpr std::string_view kKey = "\"sources\"";
  const std::size_t first = text.find(kKey);
  return text.find('\\') == std::string::npos && first != std::string::npos &&
         text.find(kKey, first + 1) == std::string::npos;
}

}  // namespace

bool read_manifest_file(Bytes input) {
  static const Scratch scratch;
  scratch.put("manifest.json", text_of(input));
  std::vector<std::string> sources;
  std::optional<ManifestHeader> header;
  bool plain = true;
  int problems = 0;
  ManifestVisitor visitor;
  visitor.header = [&](const ManifestHeader& found) {
    header = found;
    check_description(found.run);
  };
  visitor.sample = [&](const SampleRecord& record, const std::string& text) {
    check_record(record);
    plain = plain && is_plain(text);
    sources.insert(sources.end(), record.sources.begin(), record.sources.end());
  };
  visitor.problem = [&](const std::string& problem) {
    require(!problem.empty(), "a problem is said");
    ++problems;
  };
  read_manifest(scratch.folder(), visitor);
  require(header || problems > 0, "without a header there is a problem");

  const auto look_again = [&] {
    std::vector<std::string> listed;
    for_each_source(scratch.folder(), [&](const std::string& source) { listed.push_back(source); });
    if (problems == 0 && plain) require(listed == sources, "both readers find the same sources");
    const int wanted = 1 + static_cast<int>(input.size() % 7);
    const SamplePick pick = pick_samples(scratch.folder(), wanted);
    require(pick.samples.size() <= static_cast<std::size_t>(wanted), "no more are picked");
  };
  if (problems > 0) {
    look_again();
    return false;
  }
  expect_no_refusal("a manifest without problems", look_again);
  return true;
}

bool read_records(Bytes input) {
  std::istringstream lines{std::string(text_of(input))};
  bool all = true;
  const auto attempt = [](const auto& function) {
    try {
      function();
    } catch (const RunError&) {
      return false;
    }
    return true;
  };
  for (std::string line; next_line(lines, line);) {
    const auto name = file_name_of_line(line);
    const bool has_kind = attempt([&] { static_cast<void>(kind_of_line(line)); });
    const bool is_reject = attempt([&] { static_cast<void>(read_reject(line)); });
    const bool is_sample = attempt([&] {
      const std::string placed = with_folder(line, "images/00000");
      require(!name || file_name_of_line(placed) == "images/00000/" + std::string(*name),
              "a placed line has its folder before its name");
      check_record(sample_from_json(parse_json(placed)));
    });
    all = all && (is_reject || (is_sample && has_kind && name));
  }
  return all;
}

bool read_plan_file(Bytes input) {
  static const Scratch scratch;
  static const RunDescription run = usual_run();
  scratch.put("plan.json", text_of(input));
  bool is_of_run = true;
  try {
    check_output_folder(scratch.folder(), run, OutputMode::kResume);
  } catch (const UsageError&) {
    is_of_run = false;
  }
  const OrderedJson plan = parse_json(text_of(input));
  if (is_of_run) require(plan.is_object(), "only an object is a plan");
  const std::string difference = first_difference(plan, parse_json(plan_text(run)), "in this run");
  require(is_utf8(difference) && printable(difference) == difference, "a difference can be shown");
  if (plan.is_object()) {
    OrderedJson header = plan;
    if (!header.contains("classes")) header["classes"] = run.classes;
    check_description(description_from_json(header));
  }
  return is_of_run;
}

// metadata.jsonl and rejects.jsonl of a shard of four places, as --resume reads them; a byte 0xFF,
// which no line of ours has, stands between the two.
bool read_shard_lines(Bytes input) {
  static const Scratch scratch;
  static const OutputFolder output(scratch.folder() / "output", usual_run(), OutputMode::kFresh);
  static const ShardPlan plan{.number = 0, .first_output = 0, .outputs = 4};
  const std::string folder = "output/" + shard_folder(plan.number) + "/";
  fs::create_directory(scratch.path(folder));
  const std::string_view text = text_of(input);
  const std::size_t end = std::min(text.find('\xFF'), text.size());
  scratch.put(folder + "metadata.jsonl", text.substr(0, end));
  std::error_code ignored;
  fs::remove(scratch.path(folder + "rejects.jsonl"), ignored);
  if (end < text.size()) scratch.put(folder + "rejects.jsonl", text.substr(end + 1));
  for (const char* name : {"000000000.png", "000000002.png"}) scratch.put(folder + name, "");

  const ShardContent content = output.read_shard(plan);
  if (!content.damage.empty()) return false;
  require(content.kinds.total() == 2, "the files there are the samples");
  const decltype(content.missing) missing{{1, 2}, {3, 4}};
  require(content.rejects.size() == 2 && content.missing == missing,
          "a sound shard has a reject for each missing place");
  ShardPlan twice = plan;
  twice.passes = 2;
  require(!output.read_shard(twice).damage.empty(), "two rejects are too many for two passes");
  return true;
}

}  // namespace guidedmixup::fuzz

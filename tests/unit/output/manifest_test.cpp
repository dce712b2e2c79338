#include <functional>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/finish.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_audit.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/user_file.hpp>

#include "support/files.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

RunDescription description() {
  RunDescription run;
  run.method.name = "mixup";
  run.method.saliency.name = "none";
  run.method.pairing.name = "random";
  run.method.mixing = {"input", {{"alpha", 1.0F}}};
  run.config = {{"seed", std::uint64_t{9223372036854775807U}},
                {"batch_size", std::uint64_t{64}},
                {"rounds", std::uint64_t{1}},
                {"mix_prob", 0.3F},
                {"include_originals", false},
                {"shard_size", std::uint64_t{1000}},
                {"limit", std::uint64_t{0}},
                {"fit", std::string("cover")},
                {"max_pixels", std::uint64_t{100'000'000}}};
  run.sample_count = 4;
  run.listing_digest = "xxh3:0123456789abcdef";
  run.classes = {"caf\xC3\xA9", "dog \"x\""};
  run.image_format = "png";
  run.image_size = {8, 8};
  run.engine = "cpu";
  return run;
}

SampleRecord record(int number) {
  SampleRecord sample;
  sample.file_name = "00000000" + std::to_string(number) + ".png";
  sample.label = 1;
  sample.label_indices = {0, 1};
  sample.label_weights = {0.25F, 0.75F};
  sample.sources = {"a/1.png", "b/2.png"};
  sample.method = "mixup";
  sample.slot = static_cast<std::uint32_t>(number);
  sample.draws = {{"lambda", 0.25F}};
  return sample;
}

ShardPlan two_samples(std::uint64_t shard) {
  return {.number = shard, .first_output = 2 * shard, .outputs = 2};
}

// An output of two shards with two samples each, and a reject of the listing.
fs::path write_output(const test::TemporaryFolder& place) {
  const fs::path out = place.path() / "out";
  OutputFolder folder(out, description(), OutputMode::kFresh);
  for (std::uint64_t number = 0; number < 2; ++number) {
    const auto shard = folder.open_shard(two_samples(number));
    std::vector<std::string> lines;
    for (int k = 0; k < 2; ++k) {
      const SampleRecord sample = record(2 * static_cast<int>(number) + k);
      shard->write(sample.file_name, ByteBuffer{1});
      lines.push_back(sample_line(sample));
    }
    shard->publish(lines, {});
  }
  const PlannedOutput plan{
      .shards = 2,
      .outputs = 4,
      .shard = two_samples,
      .lost_samples = [](auto, const auto&) { return std::vector<LostSample>(); },
      .listed_rejects = {
          {0, reject_line("x", {RejectStage::kRead, RejectCode::kEmpty, "the file is empty"})}}};
  finish_output(folder, description(), "../in", plan, [] {});
  return out;
}

struct Found {
  ManifestHeader header;
  std::vector<SampleRecord> samples;
  std::vector<std::string> texts;
  std::vector<std::string> problems;
};

Found read(const fs::path& out) {
  Found found;
  read_manifest(out, {[&](const ManifestHeader& header) { found.header = header; },
                      [&](const SampleRecord& sample, const std::string& text) {
                        found.samples.push_back(sample);
                        found.texts.push_back(text);
                      },
                      [&](const std::string& problem) { found.problems.push_back(problem); }});
  return found;
}

std::vector<std::string> audit(const fs::path& out) {
  std::vector<std::string> problems;
  const Found found = read(out);
  OutputAudit check(out, found.header.run,
                    [&](const std::string& problem) { problems.push_back(problem); });
  for (std::size_t k = 0; k < found.samples.size(); ++k) {
    check.add(found.samples[k], found.texts[k]);
  }
  check.finish();
  return problems;
}

void replace(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = test::read_text(file);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  write_user_file(file, text, ExistingFile::kReplace);
}

}  // namespace

TEST_CASE("what is written is read back, with the schema content") {
  const test::TemporaryFolder place;
  const Found found = read(write_output(place));
  CHECK(found.problems.empty());
  CHECK(found.header.root == "../in");
  CHECK(found.header.run.classes == description().classes);
  CHECK(*find_config(found.header.run, "seed") == ConfigValue(9223372036854775807U));
  CHECK(*find_config(found.header.run, "mix_prob") == ConfigValue(0.3F));
  REQUIRE(found.samples.size() == 4);
  CHECK(found.samples[3].file_name == "images/00001/000000003.png");
  CHECK(found.samples[3].label_weights == std::vector<float>{0.25F, 0.75F});
  CHECK(found.samples[3].draws == record(3).draws);
}

TEST_CASE("the layout of lines does not matter to the reader") {
  const test::TemporaryFolder place;
  const fs::path out = write_output(place);
  std::string text = test::read_text(out / "manifest.json");
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  write_user_file(out / "manifest.json", text, ExistingFile::kReplace);
  CHECK(read(out).samples.size() == 4);
}

TEST_CASE("breaches of the schema are named, and the other samples still read") {
  const test::TemporaryFolder place;
  const fs::path out = write_output(place);
  replace(out / "manifest.json", R"("kind": "mixed")", R"("kind": "blended")");
  replace(out / "manifest.json", R"("name": "guidedmixup")", R"("name": 7)");
  const Found found = read(out);
  CHECK(found.samples.size() == 3);
  REQUIRE(found.problems.size() >= 2);
  CHECK(found.problems.front().starts_with("header: "));
  CHECK(found.problems.back() == "sample 0: kind is 'blended', expected mixed, clean or original");
}

TEST_CASE("a header that cannot be used ends the reading, by the name of its key") {
  const auto problem_of = [](const std::string& from, const std::string& to) {
    const test::TemporaryFolder place;
    const fs::path out = write_output(place);
    replace(out / "manifest.json", from, to);
    const Found found = read(out);
    CHECK(found.samples.empty());
    REQUIRE(found.problems.size() == 1);
    return found.problems.front();
  };
  const std::string end = "; nothing after that was checked";
  CHECK(problem_of(R"("width": 8)", R"("width": 2147483647)") ==
        "header: image.width is 2147483647, expected 1 to 16384" + end);
  CHECK(problem_of(R"("width": 8, )", "") == "header: image.width is missing" + end);
  CHECK(problem_of(R"("format": "png")", R"("format": "jpg", "quality": 0)") ==
        "header: image.quality is 0, expected 1 to 100" + end);
  CHECK(problem_of(R"("format": "png")", R"("format": "jpg")") ==
        "header: image.quality is missing" + end);
  CHECK(problem_of(R"("rounds": 1)", R"("rounds": -1)") ==
        "header: config.rounds is -1, expected 1 to 1048576" + end);
  CHECK(problem_of(R"("mix_prob": 0.3)", R"("mix_prob": 1e300)") ==
        "header: config.mix_prob is 1e+300, expected 0.0 to 1.0" + end);
  CHECK(problem_of(R"("count": 4)", R"("count": 99999999999999999999)") ==
        "header: input.count is 1e+20, expected 2 to 4294967295" + end);
  CHECK(problem_of(R"("classes": 2)", R"("classes": 3)") ==
        "header: input.classes is 3, expected 2, the length of the list" + end);
  CHECK(problem_of("xxh3:0123456789abcdef", "xxh3:0123456789ABCDEF") ==
        "header: input.digest is 'xxh3:0123456789ABCDEF', expected xxh3: and 16 hexadecimal digits "
        "in lower case" +
            end);
  for (const char* bad : {"1", "1.", "1.x", "1.0 ", "x.0", "-1.0", "01.0", "1.0.0"}) {
    CHECK(problem_of(R"("version": "1.0")", R"("version": ")" + std::string(bad) + "\"") ==
          "header: version is '" + std::string(bad) + "', expected 1.0" + end);
  }
  CHECK(problem_of(R"({"seed")",
                   R"({"zz": )" + std::string(100, '[') + std::string(100, ']') + R"(, "seed")") ==
        "manifest.json is nested more than 64 levels deep" + end);
}

// The validator's own matching of patterns takes stack for each character.
TEST_CASE("texts of any length stand where the schema has patterns") {
  const std::string longest(std::size_t{4} << 20U, '0');
  const auto found_with = [&](const std::string& from, const std::string& to) {
    const test::TemporaryFolder place;
    const fs::path out = write_output(place);
    replace(out / "manifest.json", from, to);
    return read(out);
  };
  CHECK(found_with(R"("version": "1.0")", R"("version": "1.)" + longest + "\"").problems.empty());
  CHECK(found_with("xxh3:0", "xxh3:" + longest).problems.size() == 1);
  CHECK(found_with("images/00000/000000000.", "images/00000/" + longest + ".").samples.size() == 3);
  CHECK(found_with(R"("xxh3": ")", R"("xxh3": ")" + longest).samples.size() < 4);
}

// Those values are held to them by who reads them; a new pattern needs the same.
TEST_CASE("the schema's patterns are those that the readers know") {
  std::set<std::string> patterns;
  const std::function<void(const nlohmann::json&)> gather = [&](const nlohmann::json& schema) {
    if (schema.is_object() && schema.contains("pattern")) {
      patterns.insert(schema["pattern"].get<std::string>());
    }
    for (const nlohmann::json& item : schema) {
      if (item.is_structured()) gather(item);
    }
  };
  gather(nlohmann::json::parse(manifest_schema()));
  CHECK(patterns == std::set<std::string>{R"(^1\.[0-9]+$)", R"(^xxh3:[0-9a-f]{16}$)",
                                          R"(^[0-9a-f]{16}$)",
                                          R"(^(images/[0-9]{5,}/)?[0-9]{9,}\.(jpg|png|webp)$)"});
}

TEST_CASE("keys that stand twice are a difference: readers take the one or the other") {
  const test::TemporaryFolder place;
  const fs::path out = write_output(place);
  replace(out / "manifest.json", "\n]}", "\n], \"classes\": [\"dog\", \"cat\"]}");
  const Found found = read(out);
  CHECK(found.samples.size() == 4);
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems.front().find("the key classes appears twice") != std::string::npos);
}

TEST_CASE("what is no manifest of ours is refused") {
  const test::TemporaryFolder place;
  CHECK_THROWS_WITH_AS((void)read(place.path()), doctest::Contains("no manifest.json"), RunError);
  place.write("manifest.json", "{\"format\": ");
  CHECK_THROWS_WITH_AS((void)read(place.path()), doctest::Contains("not valid JSON"), RunError);
  place.write("manifest.json", "{\"format\": \"other\", \"samples\": []}");
  CHECK_THROWS_AS((void)read(place.path()), RunError);
  place.write("manifest.json", "[]");
  CHECK_THROWS_AS((void)read(place.path()), RunError);
  const test::TemporaryFolder other;
  const fs::path out = write_output(other);
  replace(out / "manifest.json", R"("version": "1.0")", R"("version": "2.0")");
  CHECK_THROWS_WITH_AS((void)read(out), doctest::Contains("newer"), RunError);
}

TEST_CASE("the audit accepts an output and names each change") {
  const test::TemporaryFolder place;
  const fs::path out = write_output(place);
  CHECK(audit(out).empty());
  const auto changed = [&](const char* expected) {
    const auto problems = audit(out);
    REQUIRE_FALSE(problems.empty());
    CHECK(problems.front().find(expected) != std::string::npos);
  };
  place.write("out/images/00001/extra.png", "x");
  changed("extra.png");
  fs::remove(out / "images/00001/extra.png");
  place.write("out/notes.txt", "x");
  changed("notes.txt");
  fs::remove(out / "notes.txt");
  place.write("out/images/00009/metadata.jsonl", "{}\n");
  changed("images/00009");
  fs::remove_all(out / "images/00009");
  replace(out / "images/00000/metadata.jsonl", "0.25", "0.26");
  changed("metadata.jsonl has a different record");
  replace(out / "images/00000/metadata.jsonl", "0.26", "0.25");
  replace(out / "plan.json", "\"count\": 4", "\"count\": 5");
  changed("input.count");
  replace(out / "plan.json", "\"count\": 5", "\"count\": 4");
  replace(out / "classes.txt", "dog", "cat");
  changed("classes.txt");
}

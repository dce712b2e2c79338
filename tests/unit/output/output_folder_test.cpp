#include <set>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/records.hpp>

#include "support/files.hpp"
#include "support/unmixed_run.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

RunDescription description() {
  RunDescription run = test::unmixed_run(4);
  run.config = {{"seed", std::uint64_t{0}}, {"mix_prob", 0.3F}};
  return run;
}

std::string usage_error(const fs::path& folder, const RunDescription& run, OutputMode mode) {
  try {
    check_output_folder(folder, run, mode);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

// A shard of one output, 000000000.png.
const ShardPlan kShard{.number = 0, .first_output = 0, .outputs = 1};

std::string line_of(const std::string& name) {
  return R"({"file_name": ")" + name + R"(", "kind": "clean"})";
}

void publish_shard(OutputFolder& folder) {
  const auto shard = folder.open_shard(kShard);
  shard->write("000000000.png", ByteBuffer{1, 2, 3});
  shard->publish({line_of("000000000.png")}, {});
}

// All that lies in a folder, links and hidden files too.
std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

}  // namespace

TEST_CASE("a fresh run needs an absent or empty folder") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "deep" / "out";
  CHECK(usage_error(out, description(), OutputMode::kFresh).empty());
  { OutputFolder folder(out, description(), OutputMode::kFresh); }
  CHECK(fs::exists(out / "plan.json"));
  CHECK(usage_error(out, description(), OutputMode::kFresh).find("--resume") != std::string::npos);
  const std::string file = place.write("file", "x");
  for (const fs::path& below : {fs::path(file), fs::path(file) / "out", fs::path(file) / "a/b"}) {
    CHECK(usage_error(below, description(), OutputMode::kFresh).find("not a folder") !=
          std::string::npos);
  }
}

TEST_CASE("resume needs the same plan and names the first difference") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  { OutputFolder folder(out, description(), OutputMode::kResume); }  // nothing there: fresh
  CHECK(usage_error(out, description(), OutputMode::kResume).empty());
  RunDescription other = description();
  other.config[0].second = std::uint64_t{7};
  const std::string error = usage_error(out, other, OutputMode::kResume);
  CHECK(error.find("config.seed is 0 in the plan, 7 in this run") != std::string::npos);
  CHECK_THROWS_AS(OutputFolder(out, other, OutputMode::kResume), UsageError);
}

TEST_CASE("a shard appears whole or not at all") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  {
    const auto shard = folder.open_shard(kShard);
    shard->write("000000000.png", ByteBuffer{1});
    CHECK_THROWS_AS(shard->write("000000000.png", ByteBuffer{1}), RunError);
    CHECK_FALSE(folder.has_shard(0));
  }
  CHECK(fs::is_empty(folder.path() / "images"));
  publish_shard(folder);
  CHECK(folder.has_shard(0));
  CHECK(test::read_bytes(folder.path() / "images/00000/000000000.png").size() == 3);
}

TEST_CASE("left-overs of a killed run go, finished shards stay") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  {
    OutputFolder folder(out, description(), OutputMode::kFresh);
    publish_shard(folder);
  }
  place.write("out/images/.guidedmixup-0123456789abcdef.partial/000000001.png", "half");
  place.write("out/.guidedmixup-0123456789abcdef.partial", "half");
  OutputFolder folder(out, description(), OutputMode::kResume);
  CHECK_FALSE(fs::exists(out / "images/.guidedmixup-0123456789abcdef.partial"));
  CHECK_FALSE(fs::exists(out / ".guidedmixup-0123456789abcdef.partial"));
  CHECK(folder.has_shard(0));
}

TEST_CASE("left-overs under the names of earlier builds go, too, but no foreign file") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  {
    OutputFolder folder(out, description(), OutputMode::kFresh);
    publish_shard(folder);
  }
  for (const OutputMode mode : {OutputMode::kResume, OutputMode::kOverwrite}) {
    const std::string mine = place.write("out/images/00001.partial/notes.txt", "mine");
    CHECK(usage_error(out, description(), mode).find(mine) != std::string::npos);
    fs::remove(mine);
    place.write("out/images/00001.partial/000000001.png", "half");
    for (const char* file : {"plan.json", "manifest.json", "schema/manifest-1.json"}) {
      place.write("out/" + std::string(file) + ".partial", "half");
    }
    CHECK(usage_error(out, description(), mode).empty());
    OutputFolder folder(out, description(), mode);
    CHECK(folder.has_shard(0) == (mode == OutputMode::kResume));
    for (const auto& entry : fs::recursive_directory_iterator(out)) {
      CHECK_MESSAGE(entry.path().extension() != ".partial", entry.path());
    }
  }
}

TEST_CASE(
    "a plan of an earlier build that never appeared counts as nothing; another file does not") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  place.write("out/plan.json.partial", "mine");
  CHECK_FALSE(usage_error(out, description(), OutputMode::kOverwrite).empty());
  place.write("out/plan.json.partial", R"({"format": "guidedmixup-plan", )");
  CHECK(usage_error(out, description(), OutputMode::kOverwrite).empty());
  { OutputFolder folder(out, description(), OutputMode::kOverwrite); }
  CHECK_FALSE(fs::exists(out / "plan.json.partial"));
}

TEST_CASE("an image that its shard does not name is foreign, and what mends a cut file is said") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  {
    OutputFolder folder(out, description(), OutputMode::kFresh);
    publish_shard(folder);
  }
  const std::string image = place.write("out/images/00000/000000001.png", "x");
  const std::string error = usage_error(out, description(), OutputMode::kOverwrite);
  CHECK(error.find(image) != std::string::npos);
  CHECK(error.find("--resume") != std::string::npos);
  CHECK(usage_error(out, description(), OutputMode::kResume).empty());
}

TEST_CASE("a run killed before its plan appeared counts as nothing for resume only") {
  const test::TemporaryFolder place;
  place.write("out/.guidedmixup-0123456789abcdef.partial", "");
  const fs::path out = place.path() / "out";
  CHECK_FALSE(usage_error(out, description(), OutputMode::kFresh).empty());
  CHECK(usage_error(out, description(), OutputMode::kResume).empty());
  { OutputFolder folder(out, description(), OutputMode::kResume); }
  CHECK(fs::exists(out / "plan.json"));
  CHECK_FALSE(fs::exists(out / ".guidedmixup-0123456789abcdef.partial"));
}

TEST_CASE("overwrite removes an output of ours and nothing else") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  {
    OutputFolder folder(out, description(), OutputMode::kFresh);
    publish_shard(folder);
  }
  for (const char* foreign : {"out/notes.txt", "out/images/00000/mine.png", "out/images/mine"}) {
    const std::string file = place.write(foreign, "mine");
    CHECK(usage_error(out, description(), OutputMode::kOverwrite).find(file) != std::string::npos);
    CHECK_THROWS_AS(OutputFolder(out, description(), OutputMode::kOverwrite), UsageError);
    CHECK(fs::exists(file));
    CHECK(fs::exists(out / "images/00000/000000000.png"));
    fs::remove(file);
  }
  RunDescription other = description();
  other.config[0].second = std::uint64_t{7};
  {
    OutputFolder folder(out, other, OutputMode::kOverwrite);
    CHECK_FALSE(folder.has_shard(0));
  }
  CHECK(test::read_text(out / "plan.json").find("\"seed\": 7") != std::string::npos);
  CHECK_FALSE(
      usage_error(place.path(), description(), OutputMode::kOverwrite).empty());  // not ours
}

TEST_CASE("an output with a manifest but without a plan can be overwritten") {
  const test::TemporaryFolder place;
  place.write("out/manifest.json", R"({"format": "guidedmixup-manifest"})");
  place.write("out/classes.txt", "a\n");
  const fs::path out = place.path() / "out";
  CHECK(usage_error(out, description(), OutputMode::kResume).find("no plan.json") !=
        std::string::npos);
  CHECK(usage_error(out, description(), OutputMode::kOverwrite).empty());
  { OutputFolder folder(out, description(), OutputMode::kOverwrite); }
  CHECK_FALSE(fs::exists(out / "manifest.json"));
}

TEST_CASE("a second process is refused while the first holds the folder") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  OutputFolder folder(out, description(), OutputMode::kFresh);
  // Locks belong to open files, so a second object stands for a second process.
  for (const OutputMode mode : {OutputMode::kResume, OutputMode::kOverwrite}) {
    CHECK_THROWS_WITH_AS(OutputFolder(out, description(), mode),
                         doctest::Contains("another process"), RunError);
  }
}

TEST_CASE("a process that is refused leaves what the first is writing") {
  const test::TemporaryFolder place;
  const fs::path out = place.path() / "out";
  OutputFolder folder(out, description(), OutputMode::kFresh);
  const auto shard = folder.open_shard(kShard);
  shard->write("000000000.png", ByteBuffer{1, 2, 3});
  for (const OutputMode mode : {OutputMode::kResume, OutputMode::kOverwrite}) {
    CHECK_THROWS_AS(OutputFolder(out, description(), mode), RunError);
  }
  shard->publish({line_of("000000000.png")}, {});
  CHECK(folder.read_shard(kShard).damage.empty());
}

TEST_CASE("a shard that another process has published meanwhile stays, and the second one goes") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  const fs::path images = folder.path() / "images";
  {
    // Two writers of one shard have names of their own, as those of two processes have.
    const auto first = folder.open_shard(kShard);
    const auto second = folder.open_shard(kShard);
    CHECK(names_in(images).size() == 2);
    first->write("000000000.png", ByteBuffer{1});
    second->write("000000000.png", ByteBuffer{2});
    first->publish({line_of("000000000.png")}, {});
    second->publish({line_of("000000000.png")}, {});
  }
  CHECK(names_in(images) == std::set<std::string>{"00000"});
  CHECK(names_in(images / "00000") == std::set<std::string>{"000000000.png", "metadata.jsonl"});
  CHECK(test::read_bytes(images / "00000/000000000.png") == ByteBuffer{1});
  CHECK(folder.read_shard(kShard).damage.empty());
}

TEST_CASE("what has taken a shard's name and is not that shard is told, and left alone") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  const auto publish_over = [&](const std::string& there) {
    const auto shard = folder.open_shard(kShard);
    shard->write("000000000.png", ByteBuffer{1});
    const std::string file = place.write(there, "mine");
    std::string message;
    try {
      shard->publish({line_of("000000000.png")}, {});
    } catch (const RunError& error) {
      message = error.what();
    }
    CHECK(test::read_text(file) == "mine");
    fs::remove_all(folder.path() / "images/00000");
    return message;
  };
  CHECK(publish_over("out/images/00000/000000000.png").find("metadata.jsonl is missing") !=
        std::string::npos);
  CHECK(publish_over("out/images/00000").find("cannot move into place") != std::string::npos);
  CHECK(fs::is_empty(folder.path() / "images"));
  // An empty folder holds nothing that could be lost.
  fs::create_directory(folder.path() / "images/00000");
  publish_shard(folder);
  CHECK(folder.read_shard(kShard).damage.empty());
}

TEST_CASE("a shard is sound when each place of the plan is one sample or one reject") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  const std::string reject =
      reject_line("a/1.png", {RejectStage::kRead, RejectCode::kMissing, "is not there", true});
  {
    const auto shard = folder.open_shard({.number = 1, .first_output = 8, .outputs = 3});
    shard->write("000000008.png", ByteBuffer{1});
    shard->write("000000010.png", ByteBuffer{1});
    shard->publish({line_of("000000008.png"), line_of("000000010.png")}, {reject});
  }
  const auto plan_of = [](std::uint64_t number, std::uint64_t first, std::uint64_t outputs,
                          std::uint32_t passes = 1) {
    return ShardPlan{.number = number, .first_output = first, .outputs = outputs, .passes = passes};
  };
  const auto damage = [&](const ShardPlan& plan) { return folder.read_shard(plan).damage; };
  const ShardContent content = folder.read_shard(plan_of(1, 8, 3));
  CHECK(content.damage.empty());
  CHECK(content.kinds.clean == 2);
  CHECK(content.missing == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{9, 10}});
  REQUIRE(content.rejects.size() == 1);
  CHECK(content.rejects.front().sample.retry);
  CHECK(damage(plan_of(1, 8, 4)).find("2 samples and 1 reject where") != std::string::npos);
  CHECK(damage(plan_of(1, 8, 4, 2)).empty());  // a reject leaves two places empty
  CHECK(damage(plan_of(1, 8, 2)).find("line 2 names '000000010.png'") != std::string::npos);
  CHECK(damage(plan_of(1, 9, 3)).find("line 1 names '000000008.png'") != std::string::npos);
  CHECK(damage(plan_of(2, 0, 1)) == "images/00002 is missing");
  std::string rejects;
  for (int i = 0; i < 1000; ++i) rejects += reject + "\n";
  place.write("out/images/00001/rejects.jsonl", rejects);
  CHECK(damage(plan_of(1, 8, 3)).find("more rejects than the plan has samples") !=
        std::string::npos);
  CHECK(folder.read_shard(plan_of(1, 8, 3)).rejects.size() <= 3);
  fs::remove(folder.path() / "images/00001/000000010.png");
  place.write("out/images/00001/rejects.jsonl", reject + "\n");
  CHECK(damage(plan_of(1, 8, 3)) == "images/00001/000000010.png is missing");
  folder.discard_shard(1);
  CHECK_FALSE(folder.has_shard(1));
  CHECK(fs::is_empty(folder.path() / "images"));
}

TEST_CASE("a manifest does not stand over a shard that is discarded") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  publish_shard(folder);
  place.write("out/manifest.json", "{}");
  folder.discard_shard(0);
  CHECK_FALSE(fs::exists(folder.path() / "manifest.json"));
}

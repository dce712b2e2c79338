#include <array>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/finish.hpp>

#include "support/files.hpp"
#include "support/unmixed_run.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

RunDescription description() { return test::unmixed_run(6); }

std::string name_of(std::uint64_t number) { return "00000000" + std::to_string(number) + ".png"; }

// Two shards of one pass: samples 4, 1, 5 of the listing, then 0, 3, 2; output k is the k-th.
constexpr std::array<std::uint64_t, 6> kOrder{4, 1, 5, 0, 3, 2};

std::string path_of(std::uint64_t sample) { return "a/" + std::to_string(sample) + ".png"; }

std::string reject_of(std::uint64_t sample, bool retry = false) {
  return reject_line(path_of(sample),
                     {RejectStage::kRead, RejectCode::kMissing, "is not there", retry});
}

PlannedOutput plan() {
  PlannedOutput planned;
  planned.shards = 2;
  planned.outputs = 6;
  planned.shard = [](std::uint64_t number) {
    return ShardPlan{.number = number, .first_output = 3 * number, .outputs = 3};
  };
  planned.lost_samples = [](std::uint64_t, const auto& numbers) {
    std::vector<LostSample> lost;
    for (const auto& [begin, end] : numbers) {
      for (std::uint64_t k = begin; k < end; ++k) {
        lost.push_back({.position = kOrder[k], .path = path_of(kOrder[k]), .outputs = 1});
      }
    }
    return lost;
  };
  return planned;
}

// Publishes a shard that has these of its three outputs, and these lines of rejects.
void publish(OutputFolder& folder, std::uint64_t number, const std::vector<std::uint64_t>& outputs,
             const std::vector<std::string>& rejects) {
  const auto shard = folder.open_shard(plan().shard(number));
  std::vector<std::string> lines;
  for (const std::uint64_t k : outputs) {
    SampleRecord sample;
    sample.file_name = name_of(k);
    sample.kind = SampleKind::kClean;
    sample.label_indices = {0};
    sample.label_weights = {1.0F};
    sample.sources = {path_of(kOrder[k])};
    sample.method = "none";
    shard->write(sample.file_name, ByteBuffer{1});
    lines.push_back(sample_line(sample));
  }
  shard->publish(lines, rejects);
}

OutputCounts finish(const OutputFolder& folder, const PlannedOutput& planned) {
  return finish_output(folder, description(), "../in", planned, [] {});
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("rejects of the listing and of all shards are joined in listing order, each once") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  publish(folder, 0, {1}, {reject_of(4), reject_of(5)});
  publish(folder, 1, {4, 5}, {reject_of(0)});
  PlannedOutput planned = plan();
  planned.listed_rejects = {{0, "before 0"}, {1, "after 0"}, {5, "before 5"}, {6, "last"}};
  const OutputCounts counts = finish(folder, planned);
  CHECK(counts.samples == 3);
  CHECK(counts.kinds.clean == 3);
  CHECK(counts.rejected == 7);
  CHECK(test::read_text(folder.path() / "rejects.jsonl") ==
        lines_of(
            {"before 0", reject_of(0), "after 0", reject_of(4), "before 5", reject_of(5), "last"}));
}

TEST_CASE("a sample that several shards reject stands once, with the line of the first") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  publish(folder, 0, {0, 1}, {reject_of(5)});
  publish(folder, 1, {3, 4}, {reject_of(5, true)});
  PlannedOutput planned = plan();
  planned.lost_samples = [](std::uint64_t, const auto&) {
    return std::vector<LostSample>{{.position = 5, .path = path_of(5), .outputs = 1}};
  };
  CHECK(finish(folder, planned).rejected == 1);
  CHECK(test::read_text(folder.path() / "rejects.jsonl") == reject_of(5) + "\n");
}

TEST_CASE("an output whose shards are not as planned gets no manifest") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  publish(folder, 0, {0, 1, 2}, {});
  const auto refused = [&](const char* why) {
    CHECK_THROWS_WITH_AS((void)finish(folder, plan()), doctest::Contains(why), RunError);
    CHECK_FALSE(fs::exists(folder.path() / "manifest.json"));
  };
  refused("images/00001 is missing");
  publish(folder, 1, {3, 5}, {reject_of(2)});
  refused("images/00001/rejects.jsonl: line 1 names 'a/2.png' where the plan has 'a/3.png'");
  folder.discard_shard(1);
  publish(folder, 1, {3, 4, 5}, {});
  CHECK(finish(folder, plan()).samples == 6);
  CHECK(fs::exists(folder.path() / "manifest.json"));
}

TEST_CASE("a sample of which some passes are missing is told") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  // Three samples in two passes; outputs 0 and 4 are of two different samples.
  publish(folder, 0, {1, 2, 3, 5}, {reject_of(4)});
  PlannedOutput planned;
  planned.shards = 1;
  planned.shard = [](std::uint64_t) { return ShardPlan{.outputs = 6, .passes = 2}; };
  planned.lost_samples = [](std::uint64_t, const auto& numbers) {
    CHECK(numbers.size() == 2);
    return std::vector<LostSample>{{.position = 4, .path = path_of(4), .outputs = 1}};
  };
  CHECK_THROWS_WITH_AS((void)finish(folder, planned),
                       doctest::Contains("images/00000 has only 1 of the 2 images of 'a/4.png'"),
                       RunError);
}

TEST_CASE("an empty manifest is never written") {
  const test::TemporaryFolder place;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh);
  publish(folder, 0, {}, {reject_of(4), reject_of(1), reject_of(5)});
  publish(folder, 1, {}, {reject_of(0), reject_of(3), reject_of(2)});
  CHECK_THROWS_WITH_AS((void)finish(folder, plan()), doctest::Contains("no sample"),
                       UnusableSamplesError);
  CHECK(fs::exists(folder.path() / "rejects.jsonl"));
  CHECK_FALSE(fs::exists(folder.path() / "manifest.json"));
}

TEST_CASE("damaged shards go, and those that a sample's return makes whole; the others stay") {
  const test::TemporaryFolder place;
  std::vector<std::string> notes;
  OutputFolder folder(place.path() / "out", description(), OutputMode::kFresh,
                      [&](const std::string& text) { notes.push_back(text); });
  publish(folder, 0, {0, 1}, {reject_of(5, true)});
  publish(folder, 1, {3, 4, 5}, {});
  const auto discard = [&](bool is_there) {
    discard_unusable_shards(folder, plan(), [&](const std::string& path) {
      CHECK(path == path_of(5));
      return is_there;
    });
  };
  discard(false);
  CHECK(folder.has_shard(0));
  CHECK(folder.has_shard(1));
  CHECK(notes.empty());
  fs::remove(folder.path() / "images/00001" / name_of(4));
  discard(false);
  CHECK_FALSE(folder.has_shard(1));
  REQUIRE(notes.size() == 1);
  CHECK(notes.front().find("first damage: images/00001/000000004.png is missing") !=
        std::string::npos);
  discard(true);
  CHECK_FALSE(folder.has_shard(0));
  REQUIRE(notes.size() == 2);
  CHECK(notes.back().find("1 shard of") == 0);
  CHECK(notes.back().find("can be read now") != std::string::npos);
}

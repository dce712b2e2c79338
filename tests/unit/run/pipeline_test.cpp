// The whole run over in-memory fakes: no file is read or written.
#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include <doctest/doctest.h>

#include <guidedmixup/output/records.hpp>
#include <guidedmixup/run/pipeline.hpp>

#include "support/fixture.hpp"

using namespace guidedmixup;

namespace {

// Image i is noise of seed i; samples named "bad..." cannot be decoded.
class FakeSource final : public ImageSource {
 public:
  explicit FakeSource(const SampleTable& samples) : samples_(samples) {}
  [[nodiscard]] Result<SharedImage> load(std::uint32_t sample) const override {
    ++loads;
    const std::string path = samples_.path(sample);
    if (path.starts_with("bad")) {
      return SampleError{RejectStage::kDecode, RejectCode::kCorrupt, "broken"};
    }
    return share(test::noise_image({9, 7}, static_cast<std::uint32_t>(std::stoul(path.substr(5)))));
  }

  mutable std::atomic<int> loads{0};

 private:
  const SampleTable& samples_;
};

struct Shard {
  std::map<std::string, ByteBuffer> files;
  std::vector<std::string> lines;
  std::vector<std::string> rejects;
  friend bool operator==(const Shard&, const Shard&) = default;
};
using Shards = std::map<std::pair<std::size_t, std::uint64_t>, Shard>;

// Where the shards of all methods go.
struct FakeOutput {
  Shards published;
  int open = 0;
  int fail_after_files = -1;
};

class FakeWriter final : public ShardWriter {
 public:
  FakeWriter(FakeOutput& output, std::size_t method, std::uint64_t shard)
      : output_(output), key_(method, shard) {
    ++output_.open;
  }
  ~FakeWriter() override { --output_.open; }
  void write(const std::string& name, std::span<const std::uint8_t> bytes) const override {
    const std::lock_guard lock(mutex_);
    if (output_.fail_after_files >= 0 &&
        static_cast<int>(shard_.files.size()) == output_.fail_after_files) {
      throw RunError("no space left");
    }
    shard_.files[name].assign(bytes.begin(), bytes.end());
  }
  void publish(const std::vector<std::string>& lines,
               const std::vector<std::string>& rejects) override {
    shard_.lines = lines;
    shard_.rejects = rejects;
    output_.published[key_] = shard_;
  }

 private:
  FakeOutput& output_;
  std::pair<std::size_t, std::uint64_t> key_;
  mutable std::mutex mutex_;
  mutable Shard shard_;
};

class FakeSink final : public ShardSink {
 public:
  FakeSink(FakeOutput& output, std::size_t method) : output_(output), method_(method) {}
  [[nodiscard]] bool has_shard(std::uint64_t number) const override {
    return output_.published.contains({method_, number});
  }
  [[nodiscard]] std::unique_ptr<ShardWriter> open_shard(const ShardPlan& plan) override {
    return std::make_unique<FakeWriter>(output_, method_, plan.number);
  }

 private:
  FakeOutput& output_;
  std::size_t method_;
};

class SilentReporter final : public Reporter {
 public:
  std::uint64_t images = 0;
  std::function<void()> on_advance = [] {};  // one call at a time
  void note(const std::string& /*text*/) override {}
  void start(std::uint64_t /*total*/, std::uint64_t /*done*/) override {}
  void advance(std::uint64_t count) override {
    const std::lock_guard lock(mutex_);
    images += count;
    on_advance();
  }
  void finish() override {}

 private:
  std::mutex mutex_;
};

SampleTable samples_of(int count, const std::vector<int>& bad) {
  std::vector<Sample> samples;
  for (int i = 0; i < count; ++i) {
    const bool is_bad = std::find(bad.begin(), bad.end(), i) != bad.end();
    samples.push_back(
        {(is_bad ? "bad/" : "good/") + std::to_string(i), static_cast<std::uint64_t>(i), i % 3});
  }
  return SampleTable(samples);
}

PlanConfig config_of(std::uint64_t samples) {
  PlanConfig config;
  config.samples = samples;
  config.batch_size = 4;
  config.rounds = 3;
  config.reuse = 2;
  config.shard_size = 8;
  config.mix_probability = 0.7F;
  config.include_originals = true;
  return config;
}

struct Run {
  explicit Run(SampleTable table) : samples(std::move(table)), plan(config_of(samples.size())) {}
  Run(SampleTable table, const PlanConfig& config) : samples(std::move(table)), plan(config) {}

  void go() {
    run_pipeline({.samples = samples,
                  .plan = plan,
                  .methods = methods,
                  .engine = *engine,
                  .source = source,
                  .sinks = {&sinks[0], &sinks[1], &sinks[2]},
                  .encode = {ImageFormat::kPng, 0},
                  .fail_on_reject = fail_on_reject,
                  .batches_in_flight = in_flight,
                  .parallel = tbb_parallel_for(),
                  .reporter = reporter,
                  .statistics = statistics,
                  .stop = stop});
  }

  SampleTable samples;
  Plan plan;
  MethodSet methods{
      std::vector{parse_method("guided-sr"), parse_method("mixup"), parse_method("none")}, {9, 7}};
  std::unique_ptr<Engine> engine = make_cpu_engine(methods, tbb_parallel_for());
  FakeSource source{samples};
  RunStatistics statistics;
  FakeOutput output;
  std::array<FakeSink, 3> sinks{FakeSink{output, 0}, FakeSink{output, 1}, FakeSink{output, 2}};
  SilentReporter reporter;
  StopFlag stop{0};
  bool fail_on_reject = false;
  int in_flight = 3;
};

bool has(const std::string& line, const char* part) { return line.find(part) != std::string::npos; }

int number_after(const std::string& line, const std::string& key) {
  return std::stoi(line.substr(line.find(key) + key.size()));
}

}  // namespace

TEST_CASE("every sample of every round is written once for each method") {
  Run run(samples_of(26, {}));
  run.go();
  CHECK(run.output.open == 0);
  CHECK(run.output.published.size() == run.plan.shards() * 3);
  std::size_t files = 0;
  for (const auto& [key, shard] : run.output.published) {
    CHECK(shard.files.size() == shard.lines.size());
    CHECK(shard.rejects.empty());
    files += shard.files.size();
  }
  CHECK(files == 26 * (3 + 1) * 3);
  CHECK(run.reporter.images == files);
  // Once for each of the two shuffles.
  CHECK(run.source.loads == 2 * 26);
}

TEST_CASE("neither batches in flight nor an interruption changes a byte") {
  Run reference(samples_of(26, {3, 11}));
  reference.go();
  for (const int in_flight : {1, 8}) {
    Run run(samples_of(26, {3, 11}));
    run.in_flight = in_flight;
    run.go();
    CHECK(run.output.published == reference.output.published);
  }
  for (const int stop_at : {1, 3, 7}) {
    Run run(samples_of(26, {3, 11}));
    int passes = 0;
    run.reporter.on_advance = [&] {
      if (++passes == stop_at) run.stop = 2;
    };
    CHECK_THROWS_AS(run.go(), Cancelled);
    CHECK(run.output.open == 0);
    CHECK(run.output.published.size() < reference.output.published.size());
    run.stop = 0;
    run.reporter.on_advance = [] {};
    run.go();
    CHECK(run.output.published == reference.output.published);
  }
}

TEST_CASE("a shard that one method lacks is redone for that method alone") {
  Run reference(samples_of(26, {}));
  reference.go();
  Run run(samples_of(26, {}));
  run.go();
  run.output.published.erase({1, 2});
  run.reporter.images = 0;
  run.go();
  CHECK(run.output.published == reference.output.published);
  CHECK(run.reporter.images == run.plan.shard(2).outputs);
}

TEST_CASE("rejects leave gaps, stand in the shard's list, and change no other batch") {
  Run good(samples_of(26, {}));
  good.go();
  Run run(samples_of(26, {5}));
  run.go();
  std::size_t rejects = 0;
  std::size_t equal_files = 0;
  std::size_t files = 0;
  for (const auto& [key, shard] : run.output.published) {
    rejects += shard.rejects.size();
    for (const auto& [name, bytes] : shard.files) {
      ++files;
      equal_files += good.output.published.at(key).files.at(name) == bytes ? 1 : 0;
    }
  }
  CHECK(rejects == 2 * 3);  // two shuffles, three methods
  CHECK(files == 25 * (3 + 1) * 3);
  // Only mini-batches that held the bad sample differ: at most six images in each of three rounds
  // and two mixing methods.
  CHECK(files - equal_files <= 6 * 3 * 2);
}

TEST_CASE("the rounds of a mini-batch stand together, then its originals") {
  Run run(samples_of(26, {3}));
  run.go();
  for (const auto& [key, shard] : run.output.published) {
    std::vector<std::pair<int, int>> places;  // mini-batch and round of each line
    for (const std::string& line : shard.lines) {
      places.emplace_back(number_after(line, "\"batch\": "), number_after(line, "\"round\": "));
      CHECK(has(line, "\"kind\": \"original\"") == (places.back().second == 3));
    }
    CHECK(std::is_sorted(places.begin(), places.end()));
  }
}

TEST_CASE("rounds that share a mini-batch are mixed by other pairs, and the first as if alone") {
  PlanConfig config = config_of(27);
  config.batch_size = 27;
  config.mix_probability = 1.0F;
  config.include_originals = false;
  config.rounds = 1;
  Run alone(samples_of(27, {}), config);
  alone.go();
  config.rounds = 6;
  config.reuse = 6;
  Run shared(samples_of(27, {}), config);
  shared.go();
  CHECK(shared.source.loads == 27);
  for (std::size_t method = 0; method < 3; ++method) {
    const Shard& first = alone.output.published.at({method, 0});
    const Shard& all = shared.output.published.at({method, 0});
    CHECK(std::equal(first.lines.begin(), first.lines.end(), all.lines.begin()));
    std::set<std::uint64_t> pictures;
    for (const auto& [name, bytes] : all.files) pictures.insert(xxh3_of(bytes));
    std::vector<std::uint64_t> pairs;
    for (const std::string& line : all.lines) {
      if (const auto pair = pair_of_line(line)) pairs.push_back(*pair);
    }
    const std::size_t repeats = count_repeats(pairs);
    if (method == 0) {  // only walks that are stuck repeat a pair
      CHECK(repeats <= 6);
      CHECK(pictures.size() >= 6 * 27 - repeats);
    } else if (method == 1) {  // random partners come again, with another ratio
      CHECK(repeats > 6);
      CHECK(pictures.size() > 5 * 27);
    } else {
      CHECK(pairs.empty());
      CHECK(pictures.size() == 27);
    }
  }
}

TEST_CASE("a lone good sample is written clean, and an empty batch leaves nothing") {
  SampleTable table = samples_of(8, {0, 1, 2, 3, 4, 5, 6});
  Run run(std::move(table));
  run.go();
  for (const auto& [key, shard] : run.output.published) {
    for (const std::string& line : shard.lines) {
      CHECK((has(line, "\"kind\": \"clean\"") || has(line, "\"kind\": \"original\"")));
      CHECK(has(line, "\"label_weights\": [1.0]"));
      CHECK(has(line, "pair_distance") == (key.first == 0));
      CHECK(has(line, "\"draws\": {\"lambda\": 1.0}") == (key.first == 1));
    }
  }
}

TEST_CASE("--on-error fail names the sample, and a failing disk ends the run cleanly") {
  Run run(samples_of(26, {5}));
  run.fail_on_reject = true;
  CHECK_THROWS_WITH_AS(run.go(), doctest::Contains("bad/5: broken"), RunError);
  CHECK(run.output.open == 0);
  Run full(samples_of(26, {}));
  full.output.fail_after_files = 5;
  CHECK_THROWS_WITH_AS(full.go(), doctest::Contains("no space left"), RunError);
  CHECK(full.output.open == 0);
}

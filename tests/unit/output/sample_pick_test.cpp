#include <algorithm>
#include <array>
#include <cstdio>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/manifest.hpp>

#include "support/files.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

constexpr int kSamples = 10'000;  // more than a mebibyte

// A manifest as it is written: one sample a line. Of each, `kind_of` says the kind.
template <typename KindOf>
fs::path write_manifest(const test::TemporaryFolder& place, const KindOf& kind_of) {
  std::string lines;
  std::array<int, 3> counts{};
  for (int number = 0; number < kSamples; ++number) {
    std::array<char, 40> name{};
    std::snprintf(name.data(), name.size(), "images/00000/%09d.png", number);
    SampleRecord sample;
    sample.file_name = name.data();
    sample.kind = kind_of(number);
    ++counts[static_cast<std::size_t>(sample.kind)];
    const bool mixed = sample.kind == SampleKind::kMixed;
    sample.label_indices = mixed ? std::vector{0, 1} : std::vector{0};
    sample.label_weights = mixed ? std::vector{0.5F, 0.5F} : std::vector{1.0F};
    sample.sources.assign(mixed ? 2 : 1, "a/" + std::to_string(number) + " [\"x\"].png");
    sample.method = "mixup";
    lines += (number == 0 ? "\n" : ",\n") + sample_line(sample);
  }
  const auto count = [&](SampleKind kind) {
    return std::to_string(counts[static_cast<std::size_t>(kind)]);
  };
  place.write("manifest.json", R"({"format": "guidedmixup-manifest",
 "version": "1.0",
 "tool": {"name": "guidedmixup", "version": "0.1.0", "build": {}},
 "method": {"name": "mixup", "saliency": {"name": "none"}, "pairing": {"name": "random"}, "mixing": {"name": "input"}},
 "config": {"seed": 0, "batch_size": 64, "rounds": 1, "mix_prob": 1.0, "include_originals": false, "shard_size": 1000, "limit": 0, "fit": "cover", "max_pixels": 100},
 "input": {"root": "../in", "count": 10000, "classes": 2, "digest": "xxh3:0123456789abcdef"},
 "classes": ["a", "b"],
 "image": {"format": "png", "width": 8, "height": 8},
 "engine": {"name": "cpu"},
 "counts": {"samples": 10000, "mixed": )" +
                                   count(SampleKind::kMixed) + R"(, "clean": )" +
                                   count(SampleKind::kClean) + R"(, "original": )" +
                                   count(SampleKind::kOriginal) + R"(, "rejected": 0},
 "samples": [)" + lines + "\n]}\n");
  return place.path();
}

std::vector<int> picked(const fs::path& output, int count) {
  std::vector<int> numbers;
  for (const SampleRecord& sample : pick_samples(output, count).samples) {
    numbers.push_back(std::stoi(sample.file_name.substr(13)));
  }
  return numbers;
}

// One in each of equal stretches up to `end`, near its middle.
void check_even(const std::vector<int>& numbers, int count, int end) {
  REQUIRE(numbers.size() == static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) {
    CHECK(numbers[static_cast<std::size_t>(k)] ==
          doctest::Approx((k + 0.5) * end / count).epsilon(0.1));
  }
}

SampleKind all_mixed(int) { return SampleKind::kMixed; }

}  // namespace

TEST_CASE("samples of a long manifest are picked evenly, again and again the same") {
  const test::TemporaryFolder place;
  const fs::path output = write_manifest(place, all_mixed);
  check_even(picked(output, 6), 6, kSamples);
  check_even(picked(output, 100), 100, kSamples);
  check_even(picked(output, 1), 1, kSamples);
  CHECK(picked(output, 6) == picked(output, 6));
}

TEST_CASE("only mixed samples are picked while there are any") {
  const test::TemporaryFolder place;
  const auto kind_of = [](int number) {
    if (number >= kSamples / 2) return SampleKind::kOriginal;
    return number % 64 < 48 ? SampleKind::kClean : SampleKind::kMixed;
  };
  const fs::path output = write_manifest(place, kind_of);
  const std::vector<int> numbers = picked(output, 6);
  REQUIRE(numbers.size() == 6);
  for (const int number : numbers) CHECK(kind_of(number) == SampleKind::kMixed);
  CHECK(numbers.front() < 1000);
  CHECK(numbers.back() > 3500);
  CHECK(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST_CASE("mixed samples between originals are picked evenly, too") {
  const test::TemporaryFolder place;
  const auto kind_of = [](int number) {
    return number % 128 < 64 ? SampleKind::kMixed : SampleKind::kOriginal;
  };
  const std::vector<int> numbers = picked(write_manifest(place, kind_of), 10);
  check_even(numbers, 10, kSamples);
  for (const int number : numbers) CHECK(kind_of(number) == SampleKind::kMixed);
}

TEST_CASE("mixed samples that stand in one corner are found by reading the whole") {
  const test::TemporaryFolder place;
  const fs::path output = write_manifest(place, [](int number) {
    return number >= 9000 && number < 9006 ? SampleKind::kMixed : SampleKind::kClean;
  });
  CHECK(picked(output, 6) == std::vector<int>{9000, 9001, 9002, 9003, 9004, 9005});
  CHECK(picked(output, 100).size() == 6);
}

TEST_CASE("a manifest in another layout is read whole, and gives as many") {
  const test::TemporaryFolder place;
  const fs::path output = write_manifest(place, all_mixed);
  std::string text = test::read_text(output / "manifest.json");
  std::replace(text.begin(), text.end(), '\n', ' ');
  place.write("manifest.json", text);
  check_even(picked(output, 6), 6, kSamples);
}

TEST_CASE("damage is told where it is met") {
  const test::TemporaryFolder place;
  const fs::path output = write_manifest(place, all_mixed);
  const std::string text = test::read_text(output / "manifest.json");
  const auto damaged_at = [&](int number) {
    std::string changed = text;
    const std::size_t at = changed.find(std::to_string(number) + ".png\", \"kind\"");
    REQUIRE(at != std::string::npos);
    changed.replace(changed.find("\"slot\": 0", at), 9, "\"slot\": -1");
    place.write("manifest.json", changed);
  };
  damaged_at(9990);  // not shown
  CHECK(picked(output, 2).size() == 2);
  damaged_at(picked(output, 2).front());
  CHECK_THROWS_WITH_AS((void)pick_samples(output, 2), doctest::Contains("slot is -1"), RunError);
}

TEST_CASE("each source is listed as it stands") {
  const test::TemporaryFolder place;
  const fs::path output = write_manifest(place, all_mixed);
  int count = 0;
  bool same = true;
  for_each_source(output, [&](const std::string& source) {
    same = same && source == "a/" + std::to_string(count / 2) + " [\"x\"].png";
    ++count;
  });
  CHECK(count == 2 * kSamples);
  CHECK(same);
}

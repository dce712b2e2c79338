#include <doctest/doctest.h>

#include <guidedmixup/dataset/sample_table.hpp>

using namespace guidedmixup;

TEST_CASE("a table gives back each path and label") {
  std::vector<Sample> samples{{"a/1.png", 5, 2}, {"", 0, 0},        {"a/1.png", 5, 2},
                              {"b", 1, -1},      {"a/b/c.d", 1, 3}, {"../x/y", 1, 1}};
  // More than a block, with folders that come and go.
  for (int i = 0; i < 10000; ++i) {
    samples.push_back({std::to_string(i % 7) + "/" + std::to_string(i), 1, i});
  }
  const SampleTable table(samples);
  REQUIRE(table.size() == samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    REQUIRE(table.path(i) == samples[i].path);
    REQUIRE(table.label(i) == samples[i].label);
  }
  CHECK(SampleTable().size() == 0);
}

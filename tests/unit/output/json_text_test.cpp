#include "../../../src/output/json_text.hpp"

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/records.hpp>

using namespace guidedmixup;

namespace {

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("what is read back is held to a depth, a length and a number of members") {
  CHECK(parse_json(R"({"a": ["x]", {"b\"[": 1.5}]})").at("a").at(1).at("b\"[") == 1.5);
  CHECK_NOTHROW((void)parse_json(repeated("[", 64) + repeated("]", 64)));
  for (const char* open : {"[", "{\"a\":", "[{\"a\":"}) {
    const std::string deep = repeated(open, 100'000);
    CHECK_THROWS_WITH_AS((void)parse_json(deep), "is nested more than 64 levels deep", RunError);
    CHECK(try_parse_json(deep).is_discarded());
  }
  std::string object = "{";
  for (int i = 0; i < 257; ++i) object += (i > 0 ? ", \"" : "\"") + std::to_string(i) + "\": 0";
  CHECK_THROWS_WITH_AS((void)parse_json(object + "}"), doctest::Contains("256 members"), RunError);
  CHECK(parse_json("[" + repeated("0,", 100'000) + "0]").size() == 100'001);
  CHECK_THROWS_WITH_AS((void)parse_json("[" + repeated("0,", 5'000'000) + "0]"),
                       doctest::Contains("values"), RunError);
  CHECK_THROWS_WITH_AS((void)parse_json(std::string((64U << 20U) + 1, ' ')),
                       doctest::Contains("longer than"), RunError);
}

TEST_CASE("what is no JSON says so without control characters") {
  const std::string nul(1, '\0');
  for (const std::string& bad :
       {std::string(), std::string("{"), std::string("[1,]"), std::string("tru"),
        std::string("1e999"), std::string("\"\xFF\""), std::string("\x1B[31m"),
        std::string("{} {}"), "{}" + nul, "{}" + nul + "x", nul}) {
    try {
      (void)parse_json(bad);
      FAIL("read ", bad);
    } catch (const RunError& error) {
      CHECK(std::string(error.what()).starts_with("is not valid JSON: "));
      CHECK(std::string(error.what()).find('\x1B') == std::string::npos);
    }
    CHECK(try_parse_json(bad).is_discarded());
  }
}

TEST_CASE("a line of rejects that is nested deep is refused, not followed") {
  CHECK_THROWS_WITH_AS((void)read_reject(repeated("[", 100'000)), doctest::Contains("nested"),
                       RunError);
  CHECK_THROWS_WITH_AS((void)read_reject("{\"stage\": \"read\"}"),
                       doctest::Contains("has no string path"), RunError);
}

TEST_CASE("the heaviest class of very many sources is found in linear time") {
  constexpr int kCount = 1'000'000;
  std::vector<int> indices;
  std::vector<float> weights;
  for (int i = 0; i < kCount; ++i) {
    indices.push_back((i * 7) % kCount);
    weights.push_back(i == 31 ? 2e-6F : 1e-6F);
  }
  CHECK(heaviest_class(indices, weights) == 31 * 7);
}

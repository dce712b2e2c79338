#include <doctest/doctest.h>

#include <guidedmixup/core/checksum.hpp>
#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/parameters.hpp>

#include "support/files.hpp"

using namespace guidedmixup;

namespace {

std::string error_of(const ParameterInfo& info, const std::string& text) {
  try {
    (void)parse_parameter("method 'm'", info, text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a list of numbers: each in its range, and back to what was typed") {
  const ParameterInfo info{
      .name = "weights", .summary = "", .default_value = std::vector<float>{1.0F}, .maximum = 2.0};
  CHECK(std::get<std::vector<float>>(parse_parameter("m", info, "0.5+1+2")) ==
        std::vector<float>{0.5F, 1.0F, 2.0F});
  CHECK(to_text(parse_parameter("m", info, "0.5+1")) == "0.5+1.0");
  for (const char* wrong : {"", "+", "1+", "1++1", "3", "1+3", "1,1", "a", "1 + 1"}) {
    CAPTURE(wrong);
    CHECK(error_of(info, wrong)
              .find("weights must be numbers joined by '+', each of at least 0.0 "
                    "and at most 2.0, found '") != std::string::npos);
  }
}

TEST_CASE("a list may have a fixed length") {
  const ParameterInfo info{.name = "colour",
                           .summary = "",
                           .default_value = std::vector<float>(3),
                           .maximum = 255.0,
                           .count = 3};
  CHECK(is_allowed(info, parse_parameter("m", info, "1+2.5+255")));
  for (const char* wrong : {"1", "1+2", "1+2+3+4", "1+2+256"}) {
    CAPTURE(wrong);
    CHECK(error_of(info, wrong)
              .find("colour must be 3 numbers joined by '+', each of at least 0.0 and at most "
                    "255.0, found '") != std::string::npos);
  }
  CHECK_FALSE(is_allowed(info, ParameterValue(std::vector<float>{1.0F, 2.0F})));
}

TEST_CASE("a file is known by its content, and its path is nowhere but here") {
  const test::TemporaryFolder place;
  const ParameterInfo info{.name = "maps", .summary = "", .default_value = ParameterFile{}};
  const std::string one = place.write("one.bin", "content");
  const std::string other = place.write("other.bin", "content");
  const auto value = parse_parameter("m", info, one);
  const auto& file = std::get<ParameterFile>(value);
  CHECK(file.path == one);
  CHECK(file.name == "one.bin");
  CHECK(file.digest == file_digest(one));
  CHECK(file.digest.starts_with("xxh3:"));
  CHECK(value == parse_parameter("m", info, other));
  (void)place.write("other.bin", "other content");
  CHECK_FALSE(value == parse_parameter("m", info, other));
  CHECK(is_allowed(info, value));
  CHECK_FALSE(is_allowed(info, ParameterValue(1.0F)));
}

TEST_CASE("a file that is not there, or is none, is an error at once") {
  const test::TemporaryFolder place;
  const ParameterInfo info{.name = "maps", .summary = "", .default_value = ParameterFile{}};
  const std::string missing = place.path() / "missing.bin";
  CHECK(error_of(info, missing).find("method 'm': cannot read the file of maps, '" + missing) == 0);
  CHECK(error_of(info, place.path()).find("not a file") != std::string::npos);
}

TEST_CASE("a file's digest is that of its bytes, whatever their number") {
  const test::TemporaryFolder place;
  for (const std::size_t count : {0U, 1U, 65536U, 65537U, 200000U}) {
    std::string bytes(count, 'x');
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
    const std::string path = place.write("bytes", bytes);
    const auto span = std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), count);
    CHECK(file_digest(path) == "xxh3:" + hex16(xxh3_of(span)));
  }
}

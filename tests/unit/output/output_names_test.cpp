#include <doctest/doctest.h>

#include <guidedmixup/output/output_names.hpp>

#include "../../../src/output/output_files.hpp"

using namespace guidedmixup;

TEST_CASE("names of shards and outputs") {
  CHECK(shard_folder(7) == "images/00007");
  CHECK(shard_folder(1234567) == "images/1234567");
  CHECK(output_name(42, "jpg") == "000000042.jpg");
  CHECK(output_name(1234567890, "png") == "1234567890.png");
}

TEST_CASE("an output's name is read back as its number, and no other name is") {
  for (const std::uint64_t number : {0ULL, 7ULL, 999999999ULL, 1000000000ULL, 12345678901ULL}) {
    CHECK(output_number(output_name(number, "webp"), "webp") == number);
    CHECK(is_output_path(shard_folder(number) + "/" + output_name(number, "webp")));
  }
  for (const char* name : {"", "0.jpg", "00000001.jpg", "0000000001.jpg", "000000001", "000000001.",
                           "000000001.jpg.jpg", "-00000001.jpg", "00000000a.jpg"}) {
    CHECK_MESSAGE(!output_number(name, "jpg"), name);
    CHECK_MESSAGE(!is_output_name(name), name);
  }
  CHECK_FALSE(output_number("000000001.jpg", "png"));
  CHECK_FALSE(is_output_name("000000001.gif"));
}

TEST_CASE("a path that is no output's is told") {
  for (const char* path :
       {"", "images", "images/", "images/00001", "images/0001/000000001.jpg",
        "images/000000000000000000001/000000001.jpg", "images/00001/../000000001.jpg",
        "images//000000001.jpg", "images00001/000000001.jpg", "/images/00001/000000001.jpg",
        "out/images/00001/000000001.jpg", "images/0000a/000000001.jpg"}) {
    CHECK_MESSAGE(!is_output_path(path), path);
  }
}

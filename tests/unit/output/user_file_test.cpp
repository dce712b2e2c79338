#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/user_file.hpp>

#include "support/files.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

TEST_CASE("a file below a folder appears with the folders on the way") {
  const test::TemporaryFolder place;
  for (const char* content : {"first", "second"}) {
    CHECK(write_file_below(place.path(), "cat/deep/a.npy", content));
    CHECK(test::read_text(place.path() / "cat/deep/a.npy") == content);
  }
  CHECK(std::distance(fs::directory_iterator(place.path() / "cat/deep"), {}) == 1);
}

TEST_CASE("a name that is too long makes no file and no exception") {
  const test::TemporaryFolder place;
  CHECK(write_file_below(place.path(), std::string(255, 'x'), "x"));
  CHECK_FALSE(write_file_below(place.path(), std::string(256, 'x'), "x"));
  CHECK_FALSE(write_file_below(place.path(), std::string(256, 'y') + "/a", "x"));
  CHECK(std::distance(fs::directory_iterator(place.path()), {}) == 1);
}

TEST_CASE("a file below a folder is never written through a link or elsewhere") {
  const test::TemporaryFolder place;
  const std::string victim = place.write("victim/a", "mine");
  place.write("out/b", "x");
  const fs::path out = place.path() / "out";
  fs::create_directory_symlink(place.path() / "victim", out / "cat");
  fs::create_symlink(victim, out / "dog");
  CHECK_THROWS_WITH_AS((void)write_file_below(out, "cat/a", "x"), doctest::Contains("link"),
                       RunError);
  CHECK(write_file_below(out, "dog", "x"));  // takes the link's place
  CHECK(test::read_text(victim) == "mine");
  for (const std::string& name : {std::string("../c"), victim, std::string("b/"), std::string()}) {
    CAPTURE(name);
    CHECK_THROWS_AS((void)write_file_below(out, name, "x"), RunError);
  }
}

TEST_CASE("a user's file is kept or replaced, and no other is touched") {
  const test::TemporaryFolder place;
  const std::string file = place.write("a.json", "mine");
  CHECK_THROWS_WITH_AS(write_user_file(file, "new", ExistingFile::kKeep),
                       doctest::Contains("was not replaced"), RunError);
  CHECK(test::read_text(file) == "mine");
  write_user_file(file, "new", ExistingFile::kReplace);
  CHECK(test::read_text(file) == "new");
  const std::string longest = (place.path() / std::string(255, 'x')).string();
  write_user_file(longest, "long", ExistingFile::kKeep);
  CHECK(test::read_text(longest) == "long");
  CHECK(std::distance(fs::directory_iterator(place.path()), {}) == 2);
  CHECK_THROWS_AS(try_folder_of(place.path() / "absent" / "x"), RunError);
}

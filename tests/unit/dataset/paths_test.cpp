#include "../../../src/dataset/paths.hpp"

#include <doctest/doctest.h>

using namespace guidedmixup::dataset;

TEST_CASE("normal_path") {
  CHECK(normal_path("./a//b") == "a/b");
  CHECK(normal_path("a/./b/") == "a/b");
  CHECK(normal_path("a/../b") == "b");
  CHECK(normal_path("a/b/../../c") == "c");
  CHECK(normal_path("../a/../../b") == "../../b");
  CHECK(normal_path("..") == "..");
  CHECK(normal_path("a/..") == ".");
  CHECK(normal_path("") == ".");
  CHECK(normal_path("/") == "/");
  CHECK(normal_path("//a/../..//b/") == "/b");
  CHECK(normal_path("...") == "...");
  CHECK(normal_path("a/..b") == "a/..b");
}

TEST_CASE("is_inside knows components") {
  CHECK(is_inside("/a/b", "/a"));
  CHECK(is_inside("/a", "/a"));
  CHECK(is_inside("/a", "/"));
  CHECK_FALSE(is_inside("/ab", "/a"));
  CHECK_FALSE(is_inside("/", "/a"));
}

TEST_CASE("relative_path and common_folder") {
  CHECK(relative_path("/a/b/c", "/a") == "b/c");
  CHECK(relative_path("/a", "/a") == ".");
  CHECK(relative_path("/a", "/a/b") == "..");
  CHECK(relative_path("/a/c", "/a/b") == "../c");
  CHECK(relative_path("/x", "/") == "x");
  CHECK(relative_path("/x", "/a/b") == "../../x");
  CHECK(common_folder("/a/b", "/a/c") == "/a");
  CHECK(common_folder("/a", "/a/c") == "/a");
  CHECK(common_folder("/ab", "/a") == "/");
  CHECK(common_folder("/", "/a") == "/");
}

TEST_CASE("PathBase takes relative and absolute paths, in both spellings of the folder") {
  const PathBase base("/real/photos", "/link/photos");
  CHECK(base.relative("./cat//a.jpg") == "cat/a.jpg");
  CHECK(base.relative("../photos/cat/a.jpg") == "cat/a.jpg");
  CHECK(base.relative("../other/a.jpg") == "../other/a.jpg");
  CHECK(base.relative("..a/b") == "..a/b");
  CHECK(base.relative("/real/photos/cat/a.jpg") == "cat/a.jpg");
  CHECK(base.relative("/link/photos/cat/a.jpg") == "cat/a.jpg");
  CHECK(base.relative("/link/a.jpg") == "../../link/a.jpg");
  CHECK(PathBase("/", "/").relative("/a/b") == "a/b");
}

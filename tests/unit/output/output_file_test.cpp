#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/output/output_file.hpp>

#include "support/files.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& output, const std::string& name) {
  const ByteBuffer bytes = read_output_file(output, name);
  return {bytes.begin(), bytes.end()};
}

void check_refused(const fs::path& output, const std::string& name, const std::string& what) {
  CAPTURE(name);
  CHECK_THROWS_WITH_AS((void)read_output_file(output, name), doctest::Contains(what.c_str()),
                       RunError);
  CHECK_THROWS_WITH_AS(OutputFile(output, name), doctest::Contains(what.c_str()), RunError);
}

}  // namespace

TEST_CASE("a file is read as a whole and as a stream") {
  const test::TemporaryFolder place;
  const std::string large(300'000, 'x');
  for (const std::string& content : {std::string(), std::string("a\nb\n"), large}) {
    place.write("out/images/00000/metadata.jsonl", content);
    const fs::path out = place.path() / "out";
    CHECK(text_of(out, "images/00000/metadata.jsonl") == content);
    OutputFile file(out, "images/00000/metadata.jsonl");
    CHECK(file.size() == content.size());
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == content);
  }
}

TEST_CASE("only the output folder itself may be a link") {
  const test::TemporaryFolder place;
  place.write("out/images/00000/a", "mine");
  fs::create_directory_symlink(place.path() / "out", place.path() / "link");
  CHECK(text_of(place.path() / "link", "images/00000/a") == "mine");
  place.write("other/plan.json", "foreign");
  const fs::path out = place.path() / "out";
  fs::create_symlink(place.path() / "other/plan.json", out / "plan.json");
  fs::create_directory_symlink(place.path() / "other", out / "schema");
  check_refused(out, "plan.json", "plan.json' is a symbolic link");
  check_refused(out, "schema/plan.json", "schema' is a symbolic link");
  CHECK(has_output_file(out, "plan.json"));
}

TEST_CASE("what is no file is refused by its kind, without waiting for it") {
  const test::TemporaryFolder place;
  const fs::path& out = place.path();
  REQUIRE(mkfifo((out / "plan.json").c_str(), 0600) == 0);
  fs::create_directory(out / "manifest.json");
  check_refused(out, "plan.json", "plan.json' is a pipe");
  check_refused(out, "manifest.json", "manifest.json' is a folder");
  check_refused(out, "manifest.json/x", "No such file");
  check_refused(out, "plan.json/x", "plan.json' is a pipe");
  check_refused(out, "absent", "No such file");
  check_refused(out, "absent/x", "No such file");
  CHECK(has_output_file(out, "manifest.json"));
  CHECK_FALSE(has_output_file(out, "absent"));
  CHECK_FALSE(has_output_file(out, "absent/x"));
}

TEST_CASE("a name leads nowhere out of the output") {
  const test::TemporaryFolder place;
  const std::string outside = place.write("outside", "x");
  place.write("out/a", "x");
  const std::string zero("a\0b", 3);
  for (const std::string& name :
       {std::string("../outside"), outside, std::string(""), zero, std::string("./a"),
        std::string("a/"), std::string("images/..")}) {
    CAPTURE(name);
    CHECK_THROWS_AS((void)read_output_file(place.path() / "out", name), RunError);
  }
}

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/dataset/listing.hpp>

#include "listing_check.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;
namespace fs = std::filesystem;

TEST_CASE("folders without an image are no classes, and a note names them") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "bird");
  folder.write("ant/notes.txt", "1");
  folder.write("bee/a.gif", "1");
  folder.write("dog/b.gif", "1");
  folder.write("cat/a.jpg", "1");
  folder.write("cow/a.jfif", "1");
  const Listing listing = walk(folder);
  CHECK(listing.classes == Texts{"cat", "cow"});
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat", "cow/a.jfif cow"});
  REQUIRE(listing.notes.size() == 2);
  CHECK(holds(listing.notes[0], "unsupported formats (2 .gif);"));
  CHECK_MESSAGE(holds(listing.notes[1],
                      "4 folders without images are not classes: 'ant', 'bee', 'bird' and 1 more"),
                listing.notes[1]);
}

TEST_CASE("an empty folder whose class another INPUT has is not worth a note") {
  const TemporaryFolder folder;
  folder.write("one/cat/a.jpg", "1");
  folder.write("two/dog/a.jpg", "1");
  fs::create_directories(folder.path() / "two/cat");
  const std::string at = folder.path().string();
  const Listing listing = walk({at + "/one", at + "/two"});
  CHECK(listing.classes == Texts{"cat", "dog"});
  CHECK(listing.notes.empty());
}

TEST_CASE("a folder whose images are all rejected stays a class") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "bird");
  fs::create_symlink("nowhere", folder.path() / "bird/a.jpg");
  folder.write("cat/a.jpg", "1");
  const Listing listing = walk(folder);
  CHECK(listing.classes == Texts{"bird", "cat"});
  CHECK(listing.samples.at(0).label == 1);
  CHECK(listing.notes.empty());
}

TEST_CASE("pictures that are not read are counted by extension, other files are not") {
  const TemporaryFolder folder;
  for (const char* name : {"a.jpg", "b.gif", "c.HEIC", "d.heic", "e.txt", "f.xml", "g", ".h.gif"}) {
    folder.write(std::string("cat/") + name, "1");
  }
  fs::create_symlink("b.gif", folder.path() / "cat/i.gif");
  fs::create_directories(folder.path() / "cat/folder.gif");
  const Listing listing = walk(folder);
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "unsupported formats (2 .gif, 2 .heic);"),
                listing.notes[0]);
  CHECK(listing.ignored_other == 7);
  const TemporaryFolder texts;
  texts.write("cat/a.jpg", "1");
  texts.write("cat/a.json", "1");
  CHECK(walk(texts).notes.empty());
  const TemporaryFolder gifs;
  gifs.write("cat/a.gif", "1");
  CHECK(holds(usage_error_of([&] { walk(gifs); }), "1 other (1 .gif)"));
  const TemporaryFolder flat;
  flat.write("a.gif", "1");
  CHECK(holds(usage_error_of([&] { walk(flat); }), "no images in supported formats (1 .gif)"));
}

TEST_CASE("folders that systems put among people's own are not entered") {
  const TemporaryFolder folder;
  folder.write("cat/a.jpg", "1");
  folder.write("cat/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "1");
  folder.write("store/a.jpg", "1");
  for (const char* name : {"__MACOSX", "lost+found", "$Recycle.Bin", "System Volume Information",
                           ".ipynb_checkpoints", ".Trash-1000"}) {
    folder.write(std::string(name) + "/cat/b.jpg", "1");
  }
  fs::remove_all(folder.path() / "lost+found");
  fs::create_directory_symlink("store", folder.path() / "lost+found");
  const Listing listing = walk(folder);
  CHECK(listing.classes == Texts{"cat", "store"});
  CHECK(listing.samples.size() == 2);
  CHECK(listing.ignored_hidden == 7);
  CHECK(listing.notes.empty());
  // Who names such a folder means it.
  CHECK(samples_of(walk({(folder.path() / "__MACOSX").string()})) == Texts{"cat/b.jpg cat"});
}

TEST_CASE("train, val and test as the only classes are noted") {
  const TemporaryFolder folder;
  for (const char* name : {"Train/cat", "val/cat", "test/cat"}) {
    folder.write(std::string("in/") + name + "/a.jpg", "1");
  }
  const std::string in = (folder.path() / "in").string();
  const Listing listing = walk({in});
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "guidedmixup augment " + in + "/Train"), listing.notes[0]);
  folder.write("in/bus/a.jpg", "1");
  CHECK(walk({in}).notes.empty());
}

TEST_CASE("class names with a line break or invalid UTF-8 are refused in printable form") {
  for (const auto& [name, shown] : std::vector<std::pair<std::string, std::string>>{
           {"new\nline", "new\\x0aline"}, {"car\rriage", "car\\x0driage"}, {"\xFFx", "\\xffx"}}) {
    const TemporaryFolder folder;
    folder.write("cat/a.jpg", "1");
    folder.write(name + "/a.jpg", "1");
    const std::string error = usage_error_of([&] { walk(folder); });
    CHECK_MESSAGE(holds(error, shown), error);
    CHECK(holds(error, "rename"));
    CHECK(error.find('\n') == std::string::npos);
    CHECK(error.find("RunError") == std::string::npos);
  }
}

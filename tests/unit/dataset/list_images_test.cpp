#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/dataset/listing.hpp>

#include "listing_check.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;
namespace fs = std::filesystem;

TEST_CASE("list_images takes folders and single files and asks for no label") {
  const TemporaryFolder folder;
  folder.write("in/b.jpg", "1");
  folder.write("in/cat/a.jpg", "12");
  folder.write("in/.x.jpg", "1");
  folder.write("in/\xFF.jpg", "1");
  folder.write("other/odd.dat", "123");
  const std::string at = folder.path().string();
  const Listing listing = list_images({at + "/other/odd.dat", at + "/in"});
  CHECK(listing.root == at);
  CHECK(listing.classes.empty());
  REQUIRE(listing.samples.size() == 3);
  CHECK(listing.samples[0].path == "in/b.jpg");
  CHECK(listing.samples[1].path == "in/cat/a.jpg");
  CHECK(listing.samples[2].path == "other/odd.dat");
  CHECK(listing.samples[2].bytes == 3);
  for (const Sample& sample : listing.samples) CHECK(sample.label == 0);
  CHECK(rejects_of(listing) == Texts{"2 in/\xFF.jpg invalid-path"});
  CHECK(listing.ignored_hidden == 1);

  const Listing single = list_images({at + "/in/b.jpg"});
  CHECK(single.root == at + "/in");
  CHECK(single.samples.at(0).path == "b.jpg");
}

TEST_CASE("list_images: a file that is a link keeps its name, class names do not matter") {
  const TemporaryFolder folder;
  folder.write("store/0123", "1234");
  folder.write("in/bad\nclass/a.jpg", "1");
  fs::create_symlink("../store/0123", folder.path() / "in/link.jpg");
  const std::string at = folder.path().string();
  const Listing single = list_images({at + "/in/link.jpg"});
  CHECK(single.samples.at(0).path == "link.jpg");
  CHECK(single.samples.at(0).bytes == 4);
  CHECK(list_images({at + "/in"}).samples.size() == 2);
}

TEST_CASE("list_images refuses what is not there, doubled or empty") {
  const TemporaryFolder folder;
  folder.write("in/b.jpg", "1");
  fs::create_directories(folder.path() / "empty");
  const std::string at = folder.path().string();
  const auto error = [&](const std::vector<std::string>& inputs) {
    return usage_error_of([&] { (void)list_images(inputs); });
  };
  CHECK(holds(error({}), "no INPUT"));
  CHECK(holds(error({at + "/x.jpg"}), "does not exist"));
  CHECK(holds(error({at + "/in", at + "/in/b.jpg"}), "lies inside"));
  CHECK(holds(error({at + "/in/b.jpg", at + "/in/b.jpg"}), "same as"));
  CHECK(holds(error({at + "/empty"}), "no images found"));
  CHECK(holds(error({"/dev/null"}), "not a folder"));
}

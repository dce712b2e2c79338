#include <doctest/doctest.h>

#include <guidedmixup/dataset/listing.hpp>

#include "listing_check.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;

namespace {

// A folder with one image in each class.
Listing listing_with(const Texts& classes, const std::optional<std::string>& classes_text) {
  const TemporaryFolder folder;
  for (const std::string& name : classes) folder.write("in/" + name + "/a.jpg", "1");
  ListingRequest request;
  request.inputs = {(folder.path() / "in").string()};
  if (classes_text) request.classes_file = folder.write("classes.txt", *classes_text);
  return make_listing(request);
}

std::string error_with(const std::string& classes_text) {
  return usage_error_of([&] { listing_with({"cat", "dog"}, classes_text); });
}

}  // namespace

TEST_CASE("--classes fixes the order; classes without a folder keep their index") {
  const Listing listing = listing_with({"cat", "dog"}, "dog\nbird\ncat\n");
  CHECK(listing.classes == Texts{"dog", "bird", "cat"});
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat", "dog/a.jpg dog"});
  CHECK(listing.samples[0].label == 2);
}

TEST_CASE("--classes: carriage returns, byte-order mark and a missing last newline are fine") {
  CHECK(listing_with({"cat", "dog"},
                     "\xEF\xBB\xBF"
                     "dog\r\ncat")
            .classes == Texts{"dog", "cat"});
  CHECK(listing_with({"a b"}, "a b\n").classes == Texts{"a b"});
}

TEST_CASE("--classes: malformed files are refused with the line") {
  CHECK(holds(error_with("cat\n\ndog\n"), "line 2 is empty"));
  CHECK(holds(error_with("cat\ndog\n\r\n"), "line 3 is empty"));
  CHECK(holds(error_with("cat\ndog\nbird\ncat\n"), "lines 1 and 4"));
  CHECK(holds(error_with("cat\nd\xFFg\n"), "line 2 is not valid UTF-8"));
  CHECK(holds(error_with(""), "is empty"));
  CHECK(holds(error_with(""), "classes.txt"));
}

TEST_CASE("a class folder that --classes lacks is refused: both are named") {
  const std::string error = error_with("cat\nbird\n");
  CHECK_MESSAGE(holds(error, "unknown class 'dog'"), error);
  CHECK(holds(error, "/in/dog'"));
  CHECK(holds(error, "classes.txt'"));
  // A folder's name is never an index.
  CHECK(holds(usage_error_of([] { listing_with({"0"}, "cat\n"); }), "unknown class '0'"));
}

TEST_CASE("--classes that is absent or a folder is a usage error") {
  const TemporaryFolder folder;
  folder.write("in/cat/a.jpg", "1");
  ListingRequest request;
  request.inputs = {(folder.path() / "in").string()};
  request.classes_file = (folder.path() / "absent").string();
  CHECK(holds(usage_error_of([&] { (void)make_listing(request); }), "does not exist"));
  request.classes_file = folder.path().string();
  CHECK(holds(usage_error_of([&] { (void)make_listing(request); }), "is a folder"));
}

TEST_CASE("numbers that sort as text are noted") {
  const Listing listing = listing_with({"0", "1", "2", "10"}, std::nullopt);
  CHECK(listing.classes == Texts{"0", "1", "10", "2"});
  REQUIRE(listing.notes.size() == 1);
  CHECK(holds(listing.notes[0], "0, 1, 10, 2"));
  CHECK(listing_with({"8", "9", "10", "11", "12"}, std::nullopt).notes.size() == 1);
  CHECK(listing_with({"0", "1", "2"}, std::nullopt).notes.empty());
  CHECK(listing_with({"00", "01", "02", "10"}, std::nullopt).notes.empty());
  CHECK(listing_with({"0", "1", "10", "2", "x"}, std::nullopt).notes.empty());
  CHECK(listing_with({"2", "10"}, "10\n2\n").notes.empty());
}

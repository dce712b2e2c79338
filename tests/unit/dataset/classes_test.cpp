#include <filesystem>
#include <string>

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
  CHECK(holds(error_with("\ncat\ndog\n"), "line 1 is empty"));
  CHECK(holds(error_with("cat\n \n\ndog\n"), "line 2 is empty"));
  CHECK(holds(error_with("\n\n"), "is empty"));
  CHECK(holds(error_with("cat\n" + std::string(2000, 'x') + "\n"), "line 2 is longer than 1,024"));
  CHECK(holds(error_with(std::string("c\0a\0t\0\n\0", 8)), "is UTF-16"));
  CHECK(holds(error_with(std::string("\xFF\xFE"
                                     "c\0a\0t\0\n\0",
                                     10)),
              "is UTF-16"));
  CHECK(holds(error_with("cat\ndog\nbird\ncat\n"), "lines 1 and 4"));
  CHECK(holds(error_with("cat\nd\xFFg\n"), "line 2 is not valid UTF-8"));
  CHECK(holds(error_with(""), "is empty"));
  CHECK(holds(error_with(""), "classes.txt"));
}

TEST_CASE("--classes: empty lines at the end say nothing, blanks at the ends are cut") {
  CHECK(listing_with({"cat", "dog"}, "cat\ndog\n\r\n  \n\n").classes == Texts{"cat", "dog"});
  const Listing listing = listing_with({"cat", "dog"}, "cat \n\tdog\n");
  CHECK(listing.classes == Texts{"cat", "dog"});
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "blanks from 2 class names"), listing.notes[0]);
  CHECK(holds(listing.notes[0], "classes.txt', line 1"));
  // A folder of just this name is meant.
  CHECK(listing_with({"cat ", "dog"}, "cat \ndog\n").classes == Texts{"cat ", "dog"});
}

TEST_CASE("--classes may name a folder without images, and then it is a class") {
  const TemporaryFolder folder;
  folder.write("in/cat/a.jpg", "1");
  std::filesystem::create_directories(folder.path() / "in/ant");
  std::filesystem::create_directories(folder.path() / "in/bee");
  ListingRequest request;
  request.inputs = {(folder.path() / "in").string()};
  request.classes_file = folder.write("classes.txt", "ant\ncat\n");
  const Listing listing = make_listing(request);
  CHECK(listing.classes == Texts{"ant", "cat"});
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "1 folder without images is not a class: 'bee'"),
                listing.notes[0]);
}

TEST_CASE("classes that only a computer can tell apart are noted") {
  const std::string composed = "caf\xC3\xA9";
  const std::string decomposed = "cafe\xCC\x81";
  const Listing forms = listing_with({composed, decomposed, "dog"}, std::nullopt);
  CHECK(forms.classes.size() == 3);
  REQUIRE(forms.notes.size() == 1);
  CHECK_MESSAGE(holds(forms.notes[0], "classes 0 and 1 look the same"), forms.notes[0]);
  CHECK(holds(forms.notes[0], "NFC"));
  const Listing blanks = listing_with({"cat", "cat ", "dog"}, std::nullopt);
  REQUIRE(blanks.notes.size() == 2);
  CHECK_MESSAGE(holds(blanks.notes[0], "1 class name starts or ends with a blank"),
                blanks.notes[0]);
  CHECK(holds(blanks.notes[1], "classes 0 and 1 look the same"));
  CHECK(listing_with({"Cat", "cat", composed}, std::nullopt).notes.empty());
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

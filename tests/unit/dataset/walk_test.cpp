#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/dataset/listing.hpp>

#include "listing_check.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;
namespace fs = std::filesystem;

namespace {

// The superuser may read everything, so it steps down while this lives.
class WithoutPrivilege {
 public:
  explicit WithoutPrivilege(const fs::path& readable) : was_superuser_(geteuid() == 0) {
    if (!was_superuser_) return;
    fs::permissions(readable, fs::perms::all);
    REQUIRE(seteuid(65534) == 0);
  }
  ~WithoutPrivilege() {
    if (was_superuser_ && seteuid(0) != 0) std::abort();
  }
  WithoutPrivilege(const WithoutPrivilege&) = delete;
  WithoutPrivilege& operator=(const WithoutPrivilege&) = delete;

 private:
  bool was_superuser_;
};

}  // namespace

TEST_CASE("the class is the first folder; nested folders belong to it") {
  const TemporaryFolder folder;
  folder.write("dog/images/deep/b.JPEG", "12345");
  folder.write("dog/a.png", "");
  folder.write("cat/images/a.jpg", "1");
  const Listing listing = walk(folder);
  CHECK(listing.root == folder.path().string());
  CHECK(listing.classes == Texts{"cat", "dog"});
  CHECK(samples_of(listing) ==
        Texts{"cat/images/a.jpg cat", "dog/a.png dog", "dog/images/deep/b.JPEG dog"});
  CHECK(listing.samples[2].bytes == 5);
  CHECK(listing.samples[1].bytes == 0);
  CHECK(listing.rejects.empty());
  CHECK(listing.notes.empty());
}

TEST_CASE("files directly in INPUT have no label") {
  const TemporaryFolder folder;
  folder.write("b.jpg", "1");
  folder.write("readme.txt", "1");
  folder.write("a/x.jpg", "1");
  folder.write("c/x.jpg", "1");
  const Listing listing = walk(folder);
  CHECK(samples_of(listing) == Texts{"a/x.jpg a", "c/x.jpg c"});
  CHECK(rejects_of(listing) == Texts{"1 b.jpg no-label"});
  CHECK(listing.rejects[0].error.stage == RejectStage::kListing);
  CHECK(listing.ignored_other == 1);
}

TEST_CASE("hidden entries and other files are ignored and counted") {
  const TemporaryFolder folder;
  folder.write(".hidden/a.jpg", "1");
  folder.write("cat/.a.jpg", "1");
  folder.write("cat/.deep/b.jpg", "1");
  folder.write("cat/a.txt", "1");
  folder.write("cat/boxes", "1");
  folder.write("cat/a.jpg", "1");
  const Listing listing = walk(folder);
  CHECK(listing.classes == Texts{"cat"});
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat"});
  CHECK(listing.ignored_hidden == 3);
  CHECK(listing.ignored_other == 2);
}

TEST_CASE("an INPUT whose own name is hidden is walked") {
  const TemporaryFolder folder;
  folder.write(".data/cat/a.jpg", "1");
  CHECK(samples_of(walk({(folder.path() / ".data").string()})) == Texts{"cat/a.jpg cat"});
}

TEST_CASE("samples are sorted by the bytes of the whole path, not component by component") {
  const TemporaryFolder folder;
  // '-' < '/' < '0', and bytes above 127 come last (they are not negative).
  for (const char* path :
       {"a/x.jpg", "a-b/x.jpg", "a0/x.jpg", "A/x.jpg", "\xC3\xA9/x.jpg", "z/x.jpg"}) {
    folder.write(path, "1");
  }
  CHECK(samples_of(walk(folder)) == Texts{"A/x.jpg A", "a-b/x.jpg a-b", "a/x.jpg a", "a0/x.jpg a0",
                                          "z/x.jpg z", "\xC3\xA9/x.jpg \xC3\xA9"});
  CHECK(walk(folder).classes == Texts{"A", "a", "a-b", "a0", "z", "\xC3\xA9"});
}

TEST_CASE("a folder with an image's extension is a folder") {
  const TemporaryFolder folder;
  folder.write("cat.jpg/photo.png/a.jpg", "1");
  CHECK(samples_of(walk(folder)) == Texts{"cat.jpg/photo.png/a.jpg cat.jpg"});
}

TEST_CASE("symbolic links to files and folders are followed") {
  const TemporaryFolder store;
  store.write("blob", "123456789");
  store.write("more/b.jpg", "1");
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "cat");
  fs::create_symlink(store.path() / "blob", folder.path() / "cat/a.jpg");
  fs::create_directory_symlink(store.path() / "more", folder.path() / "cat/deep");
  fs::create_directory_symlink(store.path() / "more", folder.path() / "dog");
  const Listing listing = walk(folder);
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat", "cat/deep/b.jpg cat", "dog/b.jpg dog"});
  CHECK(listing.samples[0].bytes == 9);
  CHECK(listing.notes.empty());
}

TEST_CASE("a link to a folder that it lies in is ignored with a note") {
  const TemporaryFolder folder;
  folder.write("in/cat/sub/a.jpg", "1");
  const fs::path in = folder.path() / "in";
  fs::create_directory_symlink("..", in / "cat/sub/up");          // cat
  fs::create_directory_symlink(in, in / "again");                 // INPUT itself
  fs::create_directory_symlink(folder.path(), in / "cat/above");  // above INPUT
  fs::create_directory_symlink("/", in / "cat/everything");       // above all
  fs::create_directory_symlink(in / "cat", in / "dog");           // a sibling: followed
  const Listing listing = walk({in.string()});
  CHECK(listing.classes == Texts{"cat", "dog"});
  CHECK(samples_of(listing) == Texts{"cat/sub/a.jpg cat", "dog/sub/a.jpg dog"});
  // again, and three for each way into cat
  CHECK(listing.ignored_other == 7);
  REQUIRE(listing.notes.size() == 1);
  CHECK(holds(listing.notes[0], "ignored 7 symbolic links"));
  CHECK(holds(listing.notes[0], "'again'"));
}

TEST_CASE("two folders that link to each other end") {
  const TemporaryFolder folder;
  folder.write("a/x.jpg", "1");
  folder.write("b/x.jpg", "1");
  fs::create_directory_symlink("../b", folder.path() / "a/to_b");
  fs::create_directory_symlink("../a", folder.path() / "b/to_a");
  const Listing listing = walk(folder);
  CHECK(samples_of(listing) == Texts{"a/to_b/x.jpg a", "a/x.jpg a", "b/to_a/x.jpg b", "b/x.jpg b"});
  CHECK(listing.ignored_other == 2);
}

TEST_CASE("dangling links: images are rejects, others are ignored with a note") {
  const TemporaryFolder folder;
  folder.write("cat/b.jpg", "1");
  fs::create_symlink("nowhere", folder.path() / "cat/a.jpg");
  fs::create_symlink("c.jpg", folder.path() / "cat/c.jpg");  // to itself
  fs::create_symlink("nowhere", folder.path() / "lost_class");
  const Listing listing = walk(folder);
  CHECK(listing.classes == Texts{"cat"});
  CHECK(rejects_of(listing) == Texts{"0 cat/a.jpg unreadable", "1 cat/c.jpg unreadable"});
  CHECK(listing.ignored_other == 1);
  REQUIRE(listing.notes.size() == 1);
  CHECK(holds(listing.notes[0], "'lost_class'"));
}

TEST_CASE("pipes with an image's name are rejected without being opened") {
  const TemporaryFolder folder;
  folder.write("cat/b.jpg", "1");
  REQUIRE(mkfifo((folder.path() / "cat/a.jpg").c_str(), 0600) == 0);  // opening it would hang
  REQUIRE(mkfifo((folder.path() / "cat/pipe").c_str(), 0600) == 0);
  fs::create_symlink("pipe", folder.path() / "cat/c.png");
  fs::create_symlink("/dev/null", folder.path() / "cat/d.png");
  const Listing listing = walk(folder);
  CHECK(rejects_of(listing) ==
        Texts{"0 cat/a.jpg unsupported", "1 cat/c.png unsupported", "1 cat/d.png unsupported"});
  CHECK(listing.ignored_other == 1);
}

TEST_CASE("paths that are not UTF-8 are rejects with their raw bytes; odd names are fine") {
  const TemporaryFolder folder;
  folder.write("cat/\xFF.jpg", "1");
  folder.write("cat/sub\xC3/a.jpg", "1");
  folder.write("cat/new\nline.jpg", "1");
  folder.write("cat/it's \"quoted\" \\.jpg", "1");
  const Listing listing = walk(folder);
  CHECK(samples_of(listing) == Texts{"cat/it's \"quoted\" \\.jpg cat", "cat/new\nline.jpg cat"});
  CHECK(rejects_of(listing) ==
        Texts{"2 cat/sub\xC3/a.jpg invalid-path", "2 cat/\xFF.jpg invalid-path"});
}

TEST_CASE("several INPUTs: classes merge, paths start at the deepest common folder") {
  const TemporaryFolder folder;
  folder.write("data/one/cat/a.jpg", "1");
  folder.write("data/one/zebra/a.jpg", "1");
  folder.write("data/two/deep/cat/a.jpg", "1");
  folder.write("data/two/deep/ant/a.jpg", "1");
  folder.write("data/two/deep/beside.jpg", "1");
  const std::string data = (folder.path() / "data").string();
  const Listing listing = walk({data + "/two/deep/", data + "/./one"});
  CHECK(listing.root == data);
  CHECK(listing.classes == Texts{"ant", "cat", "zebra"});
  CHECK(samples_of(listing) == Texts{"one/cat/a.jpg cat", "one/zebra/a.jpg zebra",
                                     "two/deep/ant/a.jpg ant", "two/deep/cat/a.jpg cat"});
  CHECK(rejects_of(listing) == Texts{"3 two/deep/beside.jpg no-label"});
}

TEST_CASE("the root has no symbolic links") {
  const TemporaryFolder folder;
  folder.write("real/cat/a.jpg", "1");
  fs::create_directory_symlink("real", folder.path() / "link");
  const Listing listing = walk({(folder.path() / "link").string()});
  CHECK(listing.root == (folder.path() / "real").string());
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat"});
}

TEST_CASE("an INPUT inside or equal to another is refused") {
  const TemporaryFolder folder;
  folder.write("a/cat/x.jpg", "1");
  folder.write("a-b/cat/x.jpg", "1");
  folder.write("ab/cat/x.jpg", "1");
  fs::create_directory_symlink("a", folder.path() / "link");
  const std::string at = folder.path().string();
  CHECK(holds(usage_error_of([&] {
                walk({at + "/a", at + "/ab", at + "/a/cat"});
              }),
              "lies inside"));
  CHECK(holds(usage_error_of([&] {
                walk({at + "/a/cat", at + "/a-b", at + "/a"});
              }),
              "lies inside"));
  CHECK(holds(usage_error_of([&] { walk({at + "/a", at + "/link"}); }), "same as"));
  CHECK(walk({at + "/a", at + "/ab", at + "/a-b"}).samples.size() == 3);
}

TEST_CASE("INPUT must be a folder with class folders that hold images") {
  const TemporaryFolder folder;
  folder.write("flat/a.jpg", "1");
  folder.write("flat/b.jpg", "1");
  folder.write("texts/cat/a.txt", "1");
  folder.write("beside/a.jpg", "1");
  fs::create_directories(folder.path() / "beside/cat");
  fs::create_directories(folder.path() / "empty");
  folder.write("good/cat/a.jpg", "1");
  const std::string at = folder.path().string() + "/";
  const auto error = [&](const std::vector<std::string>& inputs) {
    return usage_error_of([&] { walk(inputs); });
  };
  CHECK(holds(error({}), "no INPUT"));
  CHECK(holds(error({at + "absent"}), "does not exist"));
  CHECK(holds(error({""}), "does not exist"));
  CHECK(holds(error({at + "flat/a.jpg/x"}), "does not exist"));
  CHECK(holds(error({at + "flat/a.jpg"}), "is not a folder"));
  CHECK(holds(error({at + "flat"}), "only images directly in it (2)"));
  CHECK(holds(error({at + "flat"}), at + "flat/CLASS/image.jpg"));
  CHECK(holds(error({at + "flat"}), "--labels"));
  CHECK(holds(error({at + "empty"}), "and no images"));
  CHECK(holds(error({at + "empty"}), "CLASS/image.jpg"));
  CHECK(holds(error({at + "texts"}), "no images found"));
  CHECK(holds(error({at + "beside"}), "no images in the class folders"));
  CHECK(holds(error({at + "good", at + "flat"}), "no class folder found in '" + at + "flat'"));
  CHECK(error({at + "good"}) == "no error");
}

TEST_CASE("a folder that cannot be read is a reject, and stays a class") {
  const TemporaryFolder folder;
  folder.write("in/cat/a.jpg", "1");
  folder.write("in/cat/locked/b.jpg", "1");
  folder.write("in/bird/b.jpg", "1");
  folder.write("linked/cat/a.jpg", "1");
  folder.write("images/cat/a.jpg", "1");
  const fs::path locked = folder.path() / "in/cat/locked";
  fs::create_symlink(locked / "below", folder.path() / "linked/cat/link");
  fs::create_symlink(locked / "b.jpg", folder.path() / "images/cat/link.jpg");
  fs::permissions(locked, fs::perms::none);
  fs::permissions(folder.path() / "in/bird", fs::perms::none);
  const std::string at = folder.path().string();
  Listing by_folder;
  Texts by_link;
  Texts by_image;
  std::string input;
  {
    const WithoutPrivilege plain_user(folder.path());
    by_folder = walk({at + "/in"});
    by_link = rejects_of(walk({at + "/linked"}));
    by_image = rejects_of(walk({at + "/images"}));
    input = usage_error_of([&] { walk({at + "/in/cat/locked"}); });
  }
  fs::permissions(locked, fs::perms::owner_all);
  fs::permissions(folder.path() / "in/bird", fs::perms::owner_all);
  CHECK(rejects_of(by_folder) == Texts{"0 bird unreadable", "1 cat/locked unreadable"});
  CHECK(holds(by_folder.rejects[0].error.message, "the folder cannot be read: Permission denied"));
  CHECK(by_folder.classes == Texts{"bird", "cat"});
  CHECK(by_folder.notes.empty());
  // The link may lead to a folder of images; a link with an image's name is one image.
  CHECK(by_link == Texts{"1 cat/link unreadable"});
  CHECK(by_image == Texts{"1 cat/link.jpg unreadable"});
  CHECK_MESSAGE(input.starts_with("RunError"), input);
  CHECK(holds(input, locked.string()));
}

TEST_CASE("deep trees need few open files") {
  const TemporaryFolder folder;
  std::string deep = "cat";
  for (int i = 0; i < 400; ++i) deep += "/d";
  folder.write(deep + "/a.jpg", "1");
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit few{32, limit.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
  const std::string error =
      usage_error_of([&] { CHECK(samples_of(walk(folder)) == Texts{deep + "/a.jpg cat"}); });
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(error == "no error");
}

TEST_CASE("20,000 files in 100 classes") {
  const TemporaryFolder folder;
  for (int i = 0; i < 20000; ++i) {
    const std::string name = "class" + std::to_string(i % 100) + "/" + std::to_string(i) + ".png";
    folder.write(name, std::string_view("123456789").substr(0, static_cast<std::size_t>(i % 9)));
  }
  const Listing listing = walk(folder);
  REQUIRE(listing.samples.size() == 20000);
  CHECK(listing.classes.size() == 100);
  for (std::size_t i = 0; i < listing.samples.size(); ++i) {
    const Sample& sample = listing.samples[i];
    const std::size_t slash = sample.path.find('/');
    const int number = std::stoi(sample.path.substr(slash + 1));
    REQUIRE(listing.classes[static_cast<std::size_t>(sample.label)] ==
            sample.path.substr(0, slash));
    REQUIRE(sample.bytes == static_cast<std::uint64_t>(number % 9));
    if (i > 0) REQUIRE(listing.samples[i - 1].path < sample.path);
  }
}

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <guidedmixup/dataset/listing.hpp>

#include "listing_check.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;
namespace fs = std::filesystem;

namespace {

// A folder `in` with three images, and lists beside it.
struct Photos {
  Photos() {
    folder.write("in/cat/a.jpg", "1");
    folder.write("in/cat/b.jpg", "12");
    folder.write("in/dog/deep/c.jpg", "123");
    in = (folder.path() / "in").string();
  }

  [[nodiscard]] ListingRequest request(const std::string& list) const {
    ListingRequest request;
    request.inputs = {in};
    request.files_from = folder.write("list.txt", list);
    return request;
  }
  [[nodiscard]] Listing from(const std::string& list) const { return make_listing(request(list)); }

  TemporaryFolder folder;
  std::string in;
};

std::string error_of(const ListingRequest& request) {
  return usage_error_of([&] { (void)make_listing(request); });
}

// Reads standard input from a file or a descriptor while it lives.
class StandardInputFrom {
 public:
  explicit StandardInputFrom(int input) : saved_(dup(STDIN_FILENO)) { dup2(input, STDIN_FILENO); }
  explicit StandardInputFrom(const std::string& file) : saved_(dup(STDIN_FILENO)) {
    const int input = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(input >= 0);
    dup2(input, STDIN_FILENO);
    close(input);
  }
  ~StandardInputFrom() {
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }
  StandardInputFrom(const StandardInputFrom&) = delete;
  StandardInputFrom& operator=(const StandardInputFrom&) = delete;

 private:
  int saved_;
};

// Works in a folder while it lives.
class CurrentFolder {
 public:
  explicit CurrentFolder(const fs::path& folder) : saved_(fs::current_path()) {
    fs::current_path(folder);
  }
  ~CurrentFolder() { fs::current_path(saved_); }
  CurrentFolder(const CurrentFolder&) = delete;
  CurrentFolder& operator=(const CurrentFolder&) = delete;

 private:
  fs::path saved_;
};

}  // namespace

TEST_CASE("a list keeps its order, and a path listed twice counts twice") {
  const Photos photos;
  const Listing listing = photos.from("dog/deep/c.jpg\ncat/a.jpg\ndog/deep/c.jpg\n");
  CHECK(listing.root == photos.in);
  CHECK(listing.classes == Texts{"cat", "dog"});
  CHECK(samples_of(listing) == Texts{"dog/deep/c.jpg dog", "cat/a.jpg cat", "dog/deep/c.jpg dog"});
  CHECK(listing.samples[0].bytes == 3);
}

TEST_CASE("paths are normalised; empty lines, carriage returns and a mark are passed over") {
  const Photos photos;
  CHECK(samples_of(photos.from("\xEF\xBB\xBF./cat//a.jpg\r\n\r\n\ndog/../cat/b.jpg")) ==
        Texts{"cat/a.jpg cat", "cat/b.jpg cat"});
}

TEST_CASE("-0: every byte but NUL belongs to a path") {
  const Photos photos;
  photos.folder.write("in/cat/new\nline.jpg", "1");
  photos.folder.write("in/cat/return.jpg\r", "1");
  using namespace std::string_literals;
  ListingRequest request = photos.request("cat/new\nline.jpg\0\0cat/return.jpg\r\0cat/a.jpg"s);
  request.nul_separated = true;
  CHECK(samples_of(make_listing(request)) ==
        Texts{"cat/new\nline.jpg cat", "cat/return.jpg\r cat", "cat/a.jpg cat"});
  request.nul_separated = false;
  CHECK(holds(error_of(request), "needs -0"));
}

TEST_CASE("- reads the list from standard input") {
  const Photos photos;
  ListingRequest request = photos.request("cat/b.jpg\ncat/a.jpg\n");
  const StandardInputFrom input(*request.files_from);
  request.files_from = "-";
  CHECK(samples_of(make_listing(request)) == Texts{"cat/b.jpg cat", "cat/a.jpg cat"});
}

TEST_CASE("a long list from a pipe arrives whole") {
  const Photos photos;
  std::string list;
  for (int i = 0; i < 30000; ++i) list += "cat/a.jpg\n";  // several reads
  const ListingRequest request = photos.request(list);
  CHECK(make_listing(request).samples.size() == 30000);
  FILE* pipe = popen(("cat '" + *request.files_from + "'").c_str(), "r");
  REQUIRE(pipe != nullptr);
  ListingRequest piped = request;
  piped.files_from = "-";
  {
    const StandardInputFrom input(fileno(pipe));
    CHECK(make_listing(piped).samples.size() == 30000);
  }
  pclose(pipe);
}

TEST_CASE("a named pipe is read when somebody writes into it, also a little later") {
  const Photos photos;
  ListingRequest request = photos.request("cat/a.jpg\ndog/deep/c.jpg\n");
  const std::string pipe = (photos.folder.path() / "pipe").string();
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const std::string writer = "(sleep 0.2; cat '" + *request.files_from + "' > '" + pipe + "') &";
  REQUIRE(std::system(writer.c_str()) == 0);
  request.files_from = pipe;
  CHECK(make_listing(request).samples.size() == 2);
}

TEST_CASE("devices and lists without end are refused, an empty device is an empty list") {
  const Photos photos;
  ListingRequest request = photos.request("");
  request.files_from = "/dev/zero";
  CHECK(holds(error_of(request), "'/dev/zero' is a device"));
  request.files_from = "/dev/null";
  CHECK(holds(error_of(request), "is empty"));
  request.files_from = "-";
  {
    const StandardInputFrom zero("/dev/zero");
    CHECK(holds(error_of(request), "is a device"));
  }
  // A file without a byte on the disk, so that no test has to write 2 GiB.
  const std::string large = photos.folder.write("large.txt", "");
  fs::resize_file(large, (std::uintmax_t{2} << 30) + 1);
  request.files_from = large;
  CHECK(holds(error_of(request), "is larger than 2 GiB"));
}

TEST_CASE("lines that are no path end the run with their number") {
  const Photos photos;
  const std::string error = error_of(photos.request("cat/a.jpg\n" + std::string(100000, 'x')));
  CHECK_MESSAGE(holds(error, "line 2 has 100000 bytes"), error);
  using namespace std::string_literals;
  CHECK(holds(error_of(photos.request("\xFF\xFE"
                                      "c\0a\0t\0/\0"s)),
              "list.txt' is UTF-16"));
}

TEST_CASE("a listed path that is there in another spelling is shown") {
  const Photos photos;
  photos.folder.write("in/cat/caf\xC3\xA9.jpg", "1");
  const Listing listing = photos.from(
      "cat/a.jpg\ncat/B.JPG\ncat/b.jpg \nDog/deep/C.jpg\ncat/cafe\xCC\x81.jpg\n"
      "dog\\deep\\c.jpg\ndog\\x.jpg\ncat/x.jpg\n");
  const auto message = [&](std::size_t i) { return listing.rejects.at(i).error.message; };
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat"});
  CHECK(holds(message(0), "; did you mean 'cat/b.jpg'"));
  CHECK(holds(message(1), "; did you mean 'cat/b.jpg'"));
  CHECK(holds(message(2), "; did you mean 'dog/deep/c.jpg'"));
  CHECK(holds(message(3), "; did you mean 'cat/caf\xC3\xA9.jpg'"));
  CHECK(holds(message(4), "; did you mean 'dog/deep/c.jpg'"));
  CHECK(holds(message(5), "; folders are separated by '/'"));
  CHECK(message(6) == "the list names it, but it does not exist");
  CHECK(
      holds(listing.notes.back(), "names 'cat/B.JPG', which does not exist, but 'cat/b.jpg' does"));
  CHECK(holds(error_of(photos.request("cat\\a.jpg\n")), "folders are separated by '/'"));
}

TEST_CASE("a list that leaves out classes of INPUT is noted, unless --classes numbers them") {
  const Photos photos;
  photos.folder.write("in/emu/a.jpg", "1");
  photos.folder.write("in/.hidden/a.jpg", "1");
  photos.folder.write("in/__MACOSX/a.jpg", "1");
  photos.folder.write("in/beside.jpg", "1");
  fs::create_directory_symlink("emu", photos.folder.path() / "in/link");
  ListingRequest request = photos.request("dog/deep/c.jpg\ncat/a.jpg\n");
  const Listing listing = make_listing(request);
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "no image of 2 class folders"), listing.notes[0]);
  CHECK(holds(listing.notes[0], "0 to 1"));
  CHECK(holds(listing.notes[0], "--classes"));
  request.classes_file = photos.folder.write("classes.txt", "cat\ndog\nemu\nlink\n");
  CHECK(make_listing(request).notes.empty());
  CHECK(photos.from("dog/deep/c.jpg\ncat/a.jpg\nemu/a.jpg\nlink/a.jpg\n").notes.empty());
}

TEST_CASE("absolute paths below INPUT become relative, also through a link to INPUT") {
  const Photos photos;
  fs::create_directory_symlink("in", photos.folder.path() / "link");
  const std::string link = (photos.folder.path() / "link").string();
  ListingRequest request = photos.request(photos.in + "/cat/a.jpg\n" + link + "/dog/deep/c.jpg\n");
  request.inputs = {link};
  const Listing listing = make_listing(request);
  CHECK(listing.root == photos.in);
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat", "dog/deep/c.jpg dog"});
}

TEST_CASE("what cannot be a sample is a reject in the order of the list") {
  const Photos photos;
  photos.folder.write("in/beside.jpg", "1");
  photos.folder.write("outside/x.jpg", "1");
  photos.folder.write("in/cat/\xFF.jpg", "1");
  REQUIRE(mkfifo((photos.folder.path() / "in/cat/pipe.jpg").c_str(), 0600) == 0);
  const Listing listing = photos.from(
      "cat/absent.jpg\ncat/a.jpg\ncat\nbeside.jpg\n../outside/x.jpg\ncat/pipe.jpg\ncat/\xFF.jpg\n"
      "cat/b.jpg\ncat/a.jpg/x\n.\n");
  CHECK(samples_of(listing) == Texts{"cat/a.jpg cat", "cat/b.jpg cat"});
  CHECK(rejects_of(listing) == Texts{"0 cat/absent.jpg missing", "1 cat unsupported",
                                     "1 beside.jpg no-label", "1 ../outside/x.jpg no-label",
                                     "1 cat/pipe.jpg unsupported", "1 cat/\xFF.jpg invalid-path",
                                     "2 cat/a.jpg/x missing", "2 . unsupported"});
}

TEST_CASE("a listed file is taken whatever its name") {
  const Photos photos;
  photos.folder.write("in/cat/.hidden", "1");
  photos.folder.write("in/cat/photo.dat", "1");
  CHECK(samples_of(photos.from("cat/photo.dat\ncat/.hidden\n")) ==
        Texts{"cat/photo.dat cat", "cat/.hidden cat"});
}

TEST_CASE("a class whose only file is missing is still a class") {
  const Photos photos;
  const Listing listing = photos.from("ant/absent.jpg\ncat/a.jpg\n");
  CHECK(listing.classes == Texts{"ant", "cat"});
  CHECK(listing.samples.at(0).label == 1);
}

TEST_CASE("--classes with a list") {
  const Photos photos;
  ListingRequest request = photos.request("cat/a.jpg\ndog/deep/c.jpg\n");
  request.classes_file = photos.folder.write("classes.txt", "dog\ncat\n");
  CHECK(make_listing(request).samples.at(0).label == 1);
  request.classes_file = photos.folder.write("classes.txt", "cat\n");
  const std::string error = error_of(request);
  CHECK_MESSAGE(holds(error, "unknown class 'dog'"), error);
  CHECK(holds(error, "list.txt', line 2"));
}

TEST_CASE("lists that cannot be used") {
  const Photos photos;
  CHECK(holds(error_of(photos.request("")), "is empty"));
  CHECK(holds(error_of(photos.request("\n\r\n\n")), "is empty"));
  CHECK(holds(error_of(photos.request("a.jpg\n../x/y.jpg\n")), "inside a class folder"));
  CHECK(holds(error_of(photos.request("c\xFFt/a.jpg\n")), "not valid UTF-8"));

  ListingRequest request = photos.request("cat/a.jpg\n");
  request.inputs.clear();
  CHECK(holds(error_of(request), "needs either one INPUT"));
  request.inputs = {photos.in + "/cat", photos.in + "/dog"};
  CHECK(holds(error_of(request), "takes one INPUT"));
  request = photos.request("cat/a.jpg\n");
  request.files_from = photos.in + "/absent.txt";
  CHECK(holds(error_of(request), "does not exist"));
  request.files_from = photos.in;
  CHECK(holds(error_of(request), "is a folder"));
  request.files_from.reset();
  request.nul_separated = true;
  CHECK(holds(error_of(request), "--files-from"));
}

TEST_CASE("a list with a label file: the rows give the classes, wherever the files lie") {
  const Photos photos;
  photos.folder.write("outside/x.jpg", "1");
  ListingRequest request =
      photos.request("../outside/x.jpg\ncat/a.jpg\ndog/deep/c.jpg\ncat/absent.jpg\n");
  request.labels_file = photos.folder.write(
      "labels.csv", "path,label\n./cat/a.jpg,tiger\n" +
                        (photos.folder.path() / "outside/x.jpg").string() +
                        ",bear\ncat/absent.jpg,tiger\ncat/unlisted.jpg,zebra\n");
  const Listing listing = make_listing(request);
  CHECK(listing.classes == Texts{"bear", "tiger", "zebra"});
  CHECK(samples_of(listing) == Texts{"../outside/x.jpg bear", "cat/a.jpg tiger"});
  CHECK(rejects_of(listing) == Texts{"2 dog/deep/c.jpg no-label", "2 cat/absent.jpg missing"});
}

TEST_CASE("without INPUT, paths start in the current folder and the root is the common folder") {
  const Photos photos;
  const CurrentFolder here(photos.folder.path() / "in/dog");
  ListingRequest request =
      photos.request("deep/c.jpg\n../cat/a.jpg\n" + photos.in + "/cat/b.jpg\n");
  request.inputs.clear();
  request.labels_file = photos.folder.write(
      "labels.csv", "path,label\ndeep/c.jpg,x\n" + photos.in + "/cat/a.jpg,y\n../cat/b.jpg,y\n");
  const Listing listing = make_listing(request);
  CHECK(listing.root == photos.in);
  CHECK(samples_of(listing) == Texts{"dog/deep/c.jpg x", "cat/a.jpg y", "cat/b.jpg y"});
}

TEST_CASE("without INPUT, one file's root is its folder, without symbolic links") {
  const Photos photos;
  fs::create_directory_symlink("in/cat", photos.folder.path() / "link");
  const std::string file = (photos.folder.path() / "link/a.jpg").string();
  ListingRequest request = photos.request(file + "\n" + file + "\n");
  request.inputs.clear();
  request.labels_file = photos.folder.write("labels.csv", "path,label\n" + file + ",x\n");
  const Listing listing = make_listing(request);
  CHECK(listing.root == photos.in + "/cat");
  CHECK(samples_of(listing) == Texts{"a.jpg x", "a.jpg x"});
}

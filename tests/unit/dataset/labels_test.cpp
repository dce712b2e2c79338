#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/dataset/listing.hpp>

#include "listing_check.hpp"
#include "support/files.hpp"

using namespace guidedmixup;
using namespace guidedmixup::test;
namespace fs = std::filesystem;

namespace {

// A folder of images a.jpg, b.jpg and sub/c.jpg, and a label file beside it.
struct Labelled {
  Labelled() {
    folder.write("in/a.jpg", "1");
    folder.write("in/b.jpg", "1");
    folder.write("in/sub/c.jpg", "1");
  }

  [[nodiscard]] ListingRequest request(const std::string& name, const std::string& text) const {
    ListingRequest request;
    request.inputs = {(folder.path() / "in").string()};
    request.labels_file = folder.write(name, text);
    return request;
  }
  [[nodiscard]] Listing from(const std::string& name, const std::string& text) const {
    return make_listing(request(name, text));
  }
  [[nodiscard]] Texts samples(const std::string& name, const std::string& text) const {
    return samples_of(from(name, text));
  }
  [[nodiscard]] std::string error(const std::string& name, const std::string& text) const {
    return usage_error_of([&] { (void)from(name, text); });
  }
  [[nodiscard]] std::string error(const std::string& name, const std::string& text,
                                  const std::string& classes) const {
    ListingRequest request = this->request(name, text);
    request.classes_file = folder.write("classes.txt", classes);
    return usage_error_of([&] { (void)make_listing(request); });
  }

  TemporaryFolder folder;
};

const Texts kAll{"a.jpg cat", "b.jpg dog", "sub/c.jpg cat"};

}  // namespace

TEST_CASE("csv, tsv and json lines say the same") {
  const Labelled labelled;
  CHECK(labelled.samples("l.csv", "path,label\na.jpg,cat\nb.jpg,dog\nsub/c.jpg,cat\n") == kAll);
  CHECK(labelled.samples("l.TSV", "path\tlabel\na.jpg\tcat\nb.jpg\tdog\nsub/c.jpg\tcat") == kAll);
  const std::string json =
      "{\"path\": \"a.jpg\", \"label\": \"cat\"}\r\n\n{\"label\": \"dog\", \"path\": "
      "\"b.jpg\", \"more\": [1]}\n{\"path\":\"sub\\/c.jpg\",\"label\":\"cat\"}";
  CHECK(labelled.samples("l.jsonl", json) == kAll);
  CHECK(labelled.samples("l.ndjson", json) == kAll);
}

TEST_CASE("folder names are irrelevant; classes are the labels sorted by bytes") {
  const Labelled labelled;
  const Listing listing =
      labelled.from("l.csv", "path,label\nsub/c.jpg,zebra\na.jpg,ant\nb.jpg,Zulu\n");
  CHECK(listing.classes == Texts{"Zulu", "ant", "zebra"});
  CHECK(samples_of(listing) == Texts{"a.jpg ant", "b.jpg Zulu", "sub/c.jpg zebra"});
  CHECK(listing.rejects.empty());
}

TEST_CASE("csv: columns in any order, marks, carriage returns, quotes, line breaks in quotes") {
  const Labelled labelled;
  labelled.folder.write("in/with, \"quotes\"\nand line.jpg", "1");
  labelled.folder.write("in/in\"side.jpg", "1");
  const Listing listing = labelled.from("l.csv",
                                        "\xEF\xBB\xBFsplit,label,\"path\",width\r\ntrain,cat,a.jpg,"
                                        "\r\n\r\n,\"d\"\"og\",\"b.jpg\",3\r\n"
                                        "x,cat,\"with, \"\"quotes\"\"\nand line.jpg\",\"\"\r\n"
                                        "x,cat,in\"side.jpg,\r\nx,cat,sub/c.jpg,");
  CHECK(samples_of(listing) == Texts{"a.jpg cat", "b.jpg d\"og", "in\"side.jpg cat",
                                     "sub/c.jpg cat", "with, \"quotes\"\nand line.jpg cat"});
}

TEST_CASE("csv: malformed files are refused with the line") {
  const Labelled labelled;
  const auto error = [&](const std::string& text) { return labelled.error("l.csv", text); };
  CHECK(holds(error("file,label\na.jpg,cat\n"), "found 'file', 'label'"));
  CHECK(holds(error("a.jpg,cat\n"), "line 1"));
  CHECK(holds(error("path,label,path\na.jpg,cat,b.jpg\n"), "one column 'path'"));
  CHECK(holds(error("path,label\na.jpg,cat\nb.jpg\n"), "line 3: expected 2 columns, found 1"));
  CHECK(holds(error("path,label\na,b.jpg,cat\n"), "line 2: expected 2 columns, found 3"));
  CHECK(holds(error("path,label\n\"x\ny.jpg\",cat\n,cat\n"), "line 4: the path is empty"));
  CHECK(holds(error("path,label\na.jpg,\n"), "line 2: the label of 'a.jpg' is empty"));
  CHECK(holds(error("path,label\na.jpg,cat\n\"b.jpg,cat\nc.jpg,cat\n"), "line 3: a quote"));
  CHECK(holds(error("path,label\n\"a\".jpg,cat\n"), "line 2: there is text after"));
  CHECK(holds(error(std::string("path,label\na.jpg\0,cat\n", 22)), "NUL"));
  CHECK(holds(error("path,label\na.jpg,\"new\nline\"\n"), "line 2"));
  CHECK(holds(error("path,label\na.jpg,c\xFFt\n"), "not valid UTF-8"));
  CHECK(holds(error("path,label\n"), "has no rows"));
  CHECK(holds(error(""), "has no rows"));
}

TEST_CASE("json lines: malformed files are refused with the line") {
  const Labelled labelled;
  const std::string good = "{\"path\": \"a.jpg\", \"label\": \"cat\"}\n";
  const auto error = [&](const std::string& line) {
    return labelled.error("l.jsonl", good + line);
  };
  CHECK(holds(error("{\"path\": \"a.jpg\""), "line 2: expected one JSON object"));
  CHECK(holds(error("[1]"), "line 2: expected one JSON object"));
  CHECK(holds(error("{} {}"), "line 2: expected one JSON object"));
  CHECK(holds(error(good.substr(0, good.size() - 1) + std::string(1, '\0') + "x"), "NUL byte"));
  CHECK(holds(error("{\"path\": \"\xFF.jpg\", \"label\": \"cat\"}"), "line 2: expected one JSON"));
  CHECK(holds(error("{\"path\": \"a.jpg\"}"), "line 2: the key \"label\" is missing"));
  CHECK(holds(error("{\"label\": \"cat\"}"), "line 2: the key \"path\" is missing"));
  CHECK(holds(error("{\"path\": 3, \"label\": \"cat\"}"), "\"path\" is not a string"));
  CHECK(holds(error("{\"path\": \"a.jpg\", \"label\": 1.5}"), "neither a string nor"));
  CHECK(holds(error("{\"path\": \"a.jpg\", \"label\": [\"cat\"]}"), "neither a string nor"));
  CHECK(holds(error("{\"path\": \"\", \"label\": \"cat\"}"), "line 2: the path is empty"));
  CHECK(holds(error("{\"path\": \"a\\u0000.jpg\", \"label\": \"cat\"}"), "NUL"));
  CHECK(error("") == "no error");
}

TEST_CASE("blanks at the ends of labels and column names are cut, with a note") {
  const Labelled labelled;
  const Listing listing =
      labelled.from("l.csv", "path, label\na.jpg,cat\nb.jpg,\tdog \nsub/c.jpg, cat\n");
  CHECK(samples_of(listing) == kAll);
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "blanks from 2 class names"), listing.notes[0]);
  CHECK(holds(listing.notes[0], "l.csv', line 3"));
  CHECK(labelled.samples("l.jsonl",
                         "{\"path\": \"a.jpg\", \"label\": \" cat\"}\n{\"path\": \"b.jpg\", "
                         "\"label\": \"dog\"}\n{\"path\": \"sub/c.jpg\", \"label\": \"cat\"}") ==
        kAll);
  CHECK(
      holds(labelled.error("l.csv", "path,label\na.jpg,  \n"), "line 2: the label of 'a.jpg' is"));
}

TEST_CASE("hostile label files end with their line, whatever they hold") {
  const Labelled labelled;
  const std::string deep(100000, '[');
  const std::string good = "{\"path\": \"a.jpg\", \"label\": \"cat\"}\n";
  CHECK(holds(labelled.error("l.jsonl", good + deep), "line 2: the JSON is nested more than 64"));
  CHECK(holds(labelled.error("l.jsonl", good + "{\"x\": " + deep + std::string(100000, ']') + "}"),
              "line 2: the JSON is nested more than 64"));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK(
      holds(labelled.error("l.jsonl", good + objects), "line 2: the JSON is nested more than 64"));
  const std::string large((std::size_t{16} << 20) + 1, 'x');
  CHECK(holds(labelled.error("l.jsonl", good + large), "line 2: the line is longer than 16 MiB"));
  CHECK(holds(labelled.error("l.csv", "path,label\na.jpg,cat\n\"" + large),
              "line 3: the row is longer than 16 MiB"));
  CHECK(holds(labelled.error("l.csv", "path,label\na.jpg," + large),
              "line 2: the row is longer than"));
  CHECK(holds(labelled.error("l.csv", std::string(std::size_t{1} << 20, ',') + "\n"),
              "and 1048567 more"));
  const std::string long_path(5000, 'p');
  CHECK(holds(labelled.error("l.csv", "path,label\n" + long_path + ",cat\n"),
              "line 2: the path has 5000 bytes"));
  const std::string error = labelled.error("l.csv", "path,label\na.jpg," + long_path + "\n");
  CHECK(holds(error, "line 2) is longer than 1,024 bytes"));
  CHECK(error.size() < 1000);
}

TEST_CASE("a label file in UTF-16 is called that") {
  const Labelled labelled;
  using namespace std::string_literals;
  CHECK(
      holds(labelled.error("l.csv", "\xFF\xFEp\0a\0t\0h\0"s), "l.csv' is UTF-16: expected UTF-8"));
  CHECK(holds(labelled.error("l.csv", "\xFE\xFF\0p\0a\0t\0h"s), "is UTF-16"));
  CHECK(holds(labelled.error("l.jsonl", "{\0\"\0p\0"s), "is UTF-16"));
}

TEST_CASE("a row's path that is there in another spelling is shown") {
  const Labelled labelled;
  const Listing listing =
      labelled.from("l.csv", "path,label\na.JPG,cat\nb.jpg,dog\nsub\\c.jpg,cat\ngone.jpg,cat\n");
  CHECK(samples_of(listing) == Texts{"b.jpg dog"});
  REQUIRE(listing.rejects.size() == 5);
  CHECK(holds(listing.rejects[0].error.message, "does not exist; did you mean 'a.jpg'?"));
  CHECK(listing.rejects[2].error.message == "the label file names it, but it does not exist");
  CHECK(holds(listing.rejects[4].error.message, "does not exist; did you mean 'sub/c.jpg'?"));
  REQUIRE(listing.notes.size() == 1);
  CHECK(holds(listing.notes[0], "names 'a.JPG', which does not exist, but 'a.jpg' does"));
}

TEST_CASE("the extension says what a label file is") {
  const Labelled labelled;
  CHECK(holds(labelled.error("labels.txt", "path,label\na.jpg,cat\n"), "expected .csv"));
  ListingRequest request = labelled.request("l.csv", "");
  request.labels_file = "absent.csv";
  CHECK(holds(usage_error_of([&] { (void)make_listing(request); }), "does not exist"));
}

TEST_CASE("--classes: labels are names or indices, and a name wins") {
  const Labelled labelled;
  ListingRequest request =
      labelled.request("l.csv", "path,label\na.jpg,cat\nb.jpg,2\nsub/c.jpg,1\n");
  request.classes_file = labelled.folder.write("classes.txt", "dog\ncat\n1\n");
  const Listing listing = make_listing(request);
  CHECK(listing.classes == Texts{"dog", "cat", "1"});
  CHECK(samples_of(listing) == Texts{"a.jpg cat", "b.jpg 1", "sub/c.jpg 1"});

  request =
      labelled.request("l.jsonl",
                       "{\"path\": \"a.jpg\", \"label\": 0}\n{\"path\": \"b.jpg\", \"label\": "
                       "\"1\"}\n{\"path\": \"sub/c.jpg\", \"label\": 1}\n");
  request.classes_file = labelled.folder.write("classes.txt", "dog\ncat\nbird\n");
  CHECK(samples_of(make_listing(request)) == Texts{"a.jpg dog", "b.jpg cat", "sub/c.jpg cat"});
}

TEST_CASE("without --classes an index is simply a name") {
  const Labelled labelled;
  const Listing listing = labelled.from("l.csv", "path,label\na.jpg,5\nb.jpg,10\nsub/c.jpg,5\n");
  CHECK(listing.classes == Texts{"10", "5"});
  CHECK(listing.notes.size() == 1);
}

TEST_CASE("--classes: an unknown label is refused with its first line") {
  const Labelled labelled;
  const std::string rows = "path,label\na.jpg,cat\nb.jpg,cow\nsub/c.jpg,cow\n";
  const std::string error = labelled.error("l.csv", rows, "cat\ndog\n");
  CHECK_MESSAGE(holds(error, "unknown class 'cow'"), error);
  CHECK(holds(error, "l.csv', line 3"));
  CHECK(holds(error, "classes.txt"));
  CHECK(holds(labelled.error("l.csv", "path,label\na.jpg,2\n", "cat\ndog\n"), "unknown class '2'"));
  CHECK(holds(labelled.error("l.csv", "path,label\na.jpg,-1\n", "cat\ndog\n"), "'-1'"));
  CHECK(holds(labelled.error("l.csv", "path,label\na.jpg,99999999999999999999999\n", "cat\n"),
              "unknown class"));
}

TEST_CASE("a file without a row and a row without a file are rejects in listing order") {
  const Labelled labelled;
  labelled.folder.write("in/.hidden.jpg", "1");
  labelled.folder.write("in/notes.txt", "1");
  labelled.folder.write("outside.jpg", "1");
  const Listing listing = labelled.from("l.csv",
                                        "path,label\nb.jpg,dog\nzz.jpg,cat\naa.jpg,cat\nnotes.txt,"
                                        "x\n.hidden.jpg,x\n../outside.jpg,x\n");
  CHECK(samples_of(listing) == Texts{"b.jpg dog"});
  CHECK(listing.classes == Texts{"cat", "dog", "x"});
  CHECK(rejects_of(listing) == Texts{"0 ../outside.jpg unsupported", "0 .hidden.jpg unsupported",
                                     "0 a.jpg no-label", "0 aa.jpg missing",
                                     "1 notes.txt unsupported", "1 sub/c.jpg no-label",
                                     "1 zz.jpg missing"});
  CHECK(listing.notes.empty());
}

TEST_CASE("a rejected file with a row is one reject") {
  const Labelled labelled;
  fs::create_symlink("nowhere", labelled.folder.path() / "in/dead.jpg");
  labelled.folder.write("in/\xFF.jpg", "1");
  const Listing listing =
      labelled.from("l.csv", "path,label\na.jpg,x\nb.jpg,x\nsub/c.jpg,x\ndead.jpg,x\n\xFF.jpg,x\n");
  CHECK(rejects_of(listing) == Texts{"2 dead.jpg unreadable", "3 \xFF.jpg invalid-path"});
}

TEST_CASE("row paths are normalised, and may be absolute") {
  const Labelled labelled;
  const std::string in = (labelled.folder.path() / "in").string();
  CHECK(labelled.samples("l.csv", "path,label\n./a.jpg,cat\n../in/b.jpg,dog\n" + in +
                                      "/sub//c.jpg,cat\n") == kAll);
}

TEST_CASE("one path with two labels is refused; twice the same is fine") {
  const Labelled labelled;
  const std::string rows = "path,label\na.jpg,cat\nb.jpg,dog\nsub/c.jpg,cat\n";
  CHECK(labelled.samples("l.csv", rows + "./a.jpg,cat\n") == kAll);
  const std::string error = labelled.error("l.csv", rows + "./a.jpg,dog\n");
  CHECK_MESSAGE(holds(error, "'a.jpg' two labels"), error);
  CHECK(holds(error, "'cat' in line 2"));
  CHECK(holds(error, "'dog' in line 5"));
  // An index and its name are the same label.
  CHECK(labelled.error("l.csv", rows + "a.jpg,0\n", "cat\ndog\n") == "no error");
}

TEST_CASE("several INPUTs: row paths start at the common folder") {
  const TemporaryFolder folder;
  folder.write("one/a.jpg", "1");
  folder.write("two/a.jpg", "1");
  ListingRequest request;
  request.inputs = {(folder.path() / "one").string(), (folder.path() / "two").string()};
  request.labels_file = folder.write("l.csv", "path,label\ntwo/a.jpg,x\none/a.jpg,y\n");
  CHECK(samples_of(make_listing(request)) == Texts{"one/a.jpg y", "two/a.jpg x"});
}

TEST_CASE("when no image has a row, a note shows both spellings") {
  const Labelled labelled;
  const Listing listing = labelled.from("l.csv", "path,label\nin/a.jpg,x\n");
  CHECK(listing.samples.empty());
  CHECK(listing.rejects.size() == 4);
  REQUIRE(listing.notes.size() == 1);
  CHECK_MESSAGE(holds(listing.notes[0], "as 'a.jpg' does; found 'in/a.jpg'"), listing.notes[0]);
}

TEST_CASE("labels need an INPUT or a list, and images") {
  const Labelled labelled;
  ListingRequest request = labelled.request("l.csv", "path,label\na.jpg,x\n");
  request.inputs.clear();
  CHECK(holds(usage_error_of([&] { (void)make_listing(request); }), "no INPUT"));
  fs::create_directories(labelled.folder.path() / "empty");
  request.inputs = {(labelled.folder.path() / "empty").string()};
  CHECK(holds(usage_error_of([&] { (void)make_listing(request); }), "no images found"));
}

TEST_CASE("with labels, class folders may have any name") {
  const TemporaryFolder folder;
  folder.write("in/new\nline/a.jpg", "1");
  folder.write("in/b.jpg", "1");
  ListingRequest request;
  request.inputs = {(folder.path() / "in").string()};
  request.labels_file = folder.write("l.csv", "path,label\n\"new\nline/a.jpg\",x\nb.jpg,y\n");
  CHECK(samples_of(make_listing(request)) == Texts{"b.jpg y", "new\nline/a.jpg x"});
}

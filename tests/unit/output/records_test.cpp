#include <doctest/doctest.h>

#include <guidedmixup/output/records.hpp>

using namespace guidedmixup;

namespace {
SampleRecord example() {
  SampleRecord record;
  record.file_name = "000000000.jpg";
  record.label_indices = {3, 8};
  record.label_weights = {0.5734F, 0.4266F};
  record.sources = {"cat/a.jpg", "dog/b \"quoted\"\n.jpg"};
  record.method = "guided-sr";
  record.pair_distance = 0.00871F;
  record.xxh3 = 0x9f1c6e5a00b1c2d3;
  return record;
}
}  // namespace

TEST_CASE("a sample line has the documented keys, order and number forms") {
  CHECK(sample_line(example()) ==
        R"({"file_name": "000000000.jpg", "kind": "mixed", "label": 3, "label_indices": [3, 8], )"
        R"("label_weights": [0.5734, 0.4266], "sources": ["cat/a.jpg", "dog/b \"quoted\"\n.jpg"], )"
        R"("method": "guided-sr", "round": 0, "batch": 0, "slot": 0, "pair_distance": 0.00871, )"
        R"("xxh3": "9f1c6e5a00b1c2d3"})");
  SampleRecord other = example();
  other.pair_distance.reset();
  other.draws = {{"lambda", 1.0F}, {"box", std::vector<int>{0, 1, 2, 3}}};
  const std::string line = sample_line(other);
  CHECK(line.find("pair_distance") == std::string::npos);
  CHECK(line.find(R"("draws": {"lambda": 1.0, "box": [0, 1, 2, 3]})") != std::string::npos);
}

TEST_CASE("the heaviest class adds up sources of one class, and ties go low") {
  using Indices = std::vector<int>;
  using Weights = std::vector<float>;
  CHECK(heaviest_class(Indices{5, 2, 2}, Weights{0.4F, 0.3F, 0.3F}) == 2);
  CHECK(heaviest_class(Indices{7, 4}, Weights{0.5F, 0.5F}) == 4);
  CHECK(heaviest_class(Indices{1}, Weights{1.0F}) == 1);
}

TEST_CASE("a line moves into the manifest by its folder") {
  const std::string line = sample_line(example());
  CHECK(with_folder(line, "images/00007")
            .starts_with(R"({"file_name": "images/00007/000000000.jpg", "kind")"));
  CHECK_THROWS_AS((void)with_folder("{\"kind\": 1}", "images/00000"), RunError);
  CHECK(kind_of_line(line) == SampleKind::kMixed);
  SampleRecord original = example();
  original.kind = SampleKind::kOriginal;
  original.sources = {R"("kind": "mixed")"};  // text of the user cannot pass for the key
  CHECK(kind_of_line(sample_line(original)) == SampleKind::kOriginal);
  CHECK_THROWS_AS((void)kind_of_line("{}"), RunError);
}

TEST_CASE("a reject line keeps bytes that are not UTF-8 in base64") {
  const SampleError error{RejectStage::kDecode, RejectCode::kTruncated, "ends early"};
  CHECK(reject_line("a/b.png", error) ==
        R"({"path": "a/b.png", "stage": "decode", "code": "truncated", "message": "ends early"})");
  const std::string bad = reject_line("a\xFF", error);
  CHECK(bad.find(R"("path_base64": "Yf8=")") != std::string::npos);
  CHECK(reject_line("\xFF", error).find("\"/w==\"") != std::string::npos);
  CHECK(reject_line("\xFFzz", error).find("\"/3p6\"") != std::string::npos);
  CHECK(read_reject(reject_line("a/\xC3\xA4 \".png", error)).path == "a/\xC3\xA4 \".png");
  CHECK_THROWS_AS((void)read_reject("not json"), RunError);
}

TEST_CASE("xxh3 has the library's published value for no bytes") {
  CHECK(hex16(xxh3_of(std::string_view())) == "2d06800538d394c2");
}

TEST_CASE("pairs of sources are unordered, and read from a line whatever the paths hold") {
  const auto pair_of = [](const std::vector<std::string>& sources) {
    SampleRecord record;
    record.file_name = "000000000.jpg";
    record.label_indices.assign(sources.size(), 0);
    record.label_weights.assign(sources.size(), 1.0F);
    record.sources = sources;
    return pair_of_line(sample_line(record));
  };
  const std::string odd = "a\"], \\ \"b/\n\xC3\xA4";
  REQUIRE(pair_of({"a", odd}));
  CHECK(pair_of({"a", odd}) == pair_of({odd, "a"}));
  CHECK(pair_of({"a", "b"}) == pair_hash("b", "a"));
  CHECK(pair_of({"a", "b"}) != pair_of({"a", "c"}));
  CHECK(pair_of({"a", "a"}) != pair_of({"a", "b"}));
  CHECK(pair_of({"ab", "c"}) != pair_of({"a", "bc"}));
  for (const std::vector<std::string>& sources :
       std::vector<std::vector<std::string>>{{"a"}, {"a", "b", "c"}}) {
    CHECK_FALSE(pair_of(sources));
  }
  const std::string line = R"({"file_name": "0.jpg", "sources": ["a", "b"]})";
  CHECK(pair_of_line(line) == pair_hash("a", "b"));
  for (std::size_t cut = 0; cut + 2 < line.size(); ++cut) {
    CHECK_FALSE(pair_of_line(std::string_view(line).substr(0, cut)));
  }
}

TEST_CASE("repeats are those that an earlier one has") {
  CHECK(count_repeats({}) == 0);
  CHECK(count_repeats({5, 3, 4}) == 0);
  CHECK(count_repeats({5, 3, 5, 5, 3, 9}) == 3);
}

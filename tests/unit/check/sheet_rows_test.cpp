#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/check/sheet_rows.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/run/augment.hpp>

#include "support/files.hpp"
#include "support/fixture.hpp"
#include "support/silent_reporter.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

// 12 PNG images in two classes, augmented into OUT; written as PNG, so that outputs are exact.
class SheetOutput {
 public:
  explicit SheetOutput(const std::vector<std::string>& methods, float mix_probability = 1.0F) {
    const std::vector<Image> images = test::fixture_images(12, 32);
    ByteBuffer bytes;
    for (std::size_t i = 0; i < images.size(); ++i) {
      encode_image(images[i].view(), {ImageFormat::kPng, 95}, bytes);
      folder_.write("in/" + std::string(i % 2 == 0 ? "cat/" : "dog/") + std::to_string(i) + ".png",
                    bytes);
    }
    RunConfig config;
    config.input.inputs = {input()};
    config.output = output();
    config.plan.batch_size = 4;
    config.plan.mix_probability = mix_probability;
    config.plan.seed = 7;
    for (const std::string& method : methods) config.methods.push_back(parse_method(method));
    test::SilentReporter reporter;
    const StopFlag stop{0};
    RunStatistics statistics;
    run_augment(prepare_run(config, reporter), reporter, statistics, stop);
  }
  [[nodiscard]] std::string input() const { return (folder_.path() / "in").string(); }
  [[nodiscard]] fs::path output() const { return folder_.path() / "out"; }
  [[nodiscard]] const test::TemporaryFolder& folder() const { return folder_; }

 private:
  test::TemporaryFolder folder_;
};

// The mask applied to the two pictures gives the output.
void check_mask_explains_output(const SheetRow& row) {
  REQUIRE(row.mask.size() == static_cast<std::size_t>(row.mixed.size().pixels()));
  int worst = 0;
  double sum = 0.0;
  for (std::size_t i = 0; i < row.mixed.span().size(); ++i) {
    const auto m = static_cast<double>(row.mask[i / 3]);
    const double expected = m * row.source.span()[i] + (1.0 - m) * row.partner.span()[i];
    worst = std::max(worst, static_cast<int>(std::abs(expected - row.mixed.span()[i])));
    sum += m;
  }
  CHECK(worst <= 1);
  CHECK(sum / static_cast<double>(row.mixed.span().size()) ==
        doctest::Approx(row.source_weight).epsilon(1e-4));
}

}  // namespace

TEST_CASE("rows hold what made each output") {
  for (const std::string method : {"guided-sr", "cutmix", "mixup"}) {
    CAPTURE(method);
    const SheetOutput output({method});
    const ContactSheet sheet = read_contact_sheet(output.output(), {std::nullopt, 5});
    CHECK(sheet.title == "in");
    CHECK(sheet.subtitle.find("seed 7") != std::string::npos);
    REQUIRE(sheet.sections.size() == 1);
    CHECK(sheet.sections[0].title == method);
    REQUIRE(sheet.sections[0].rows.size() == 5);
    for (const SheetRow& row : sheet.sections[0].rows) {
      check_mask_explains_output(row);
      CHECK(row.source_map.has_value() == (method == "guided-sr"));
      CHECK(row.partner_map.has_value() == (method == "guided-sr"));
      double sum = 0.0;
      for (const SheetLabel& label : row.labels) sum += label.weight;
      CHECK(sum == doctest::Approx(1.0));
    }
  }
}

TEST_CASE("two sources of one class are one label") {
  const SheetOutput output({"guided-sr"});
  bool same_class = false;
  const ContactSheet sheet = read_contact_sheet(output.output(), {std::nullopt, 12});
  for (const SheetRow& row : sheet.sections[0].rows) {
    const bool same = row.source_name.substr(0, 4) == row.partner_name.substr(0, 4);
    same_class = same_class || same;
    CHECK(row.labels.size() == (same ? 1 : 2));
    if (same) CHECK(row.labels[0].origin == LabelOrigin::kBoth);
    if (same) CHECK(row.labels[0].weight == doctest::Approx(1.0));
    if (!same) CHECK(row.labels[0].weight >= row.labels[1].weight);
  }
  CHECK(same_class);
}

TEST_CASE("rows are spread over the output, and never more than there are") {
  const SheetOutput output({"guided-sr"});
  const auto names = [&](int rows) {
    std::vector<std::string> result;
    const ContactSheet sheet = read_contact_sheet(output.output(), {std::nullopt, rows});
    for (const SheetRow& row : sheet.sections[0].rows) result.push_back(row.mixed_name);
    return result;
  };
  CHECK(names(100).size() == 12);
  const std::vector<std::string> two = names(2);
  CHECK(two == std::vector<std::string>{names(12)[3], names(12)[9]});
  CHECK(names(1) == std::vector<std::string>{names(12)[6]});
}

TEST_CASE("several methods show the same samples, each in its section") {
  const SheetOutput output({"none", "cutmix", "cutmix:pairing=greedy"});
  const ContactSheet sheet = read_contact_sheet(output.output(), {std::nullopt, 3});
  REQUIRE(sheet.sections.size() == 3);
  CHECK(sheet.sections[0].title == "cutmix");
  CHECK(sheet.sections[1].title.find("pairing_greedy") != std::string::npos);
  CHECK(sheet.sections[2].title == "none");
  for (std::size_t r = 0; r < 3; ++r) {
    CHECK(sheet.sections[0].rows[r].source_name == sheet.sections[1].rows[r].source_name);
    CHECK(sheet.sections[0].rows[r].source_name == sheet.sections[2].rows[r].source_name);
  }
  const SheetRow& copy = sheet.sections[2].rows[0];
  CHECK(copy.partner.empty());
  CHECK(copy.mask.empty());
  CHECK_FALSE(copy.source_map.has_value());
  CHECK(
      std::equal(copy.source.span().begin(), copy.source.span().end(), copy.mixed.span().begin()));
}

TEST_CASE("clean samples are shown when nothing was mixed") {
  const SheetOutput output({"guided-sr"}, 0.0F);
  const ContactSheet sheet = read_contact_sheet(output.output(), {std::nullopt, 2});
  REQUIRE(sheet.sections[0].rows.size() == 2);
  CHECK(sheet.sections[0].rows[0].partner.empty());
  CHECK(sheet.sections[0].rows[0].labels[0].weight == doctest::Approx(1.0));
}

TEST_CASE("sources that have moved are named, and found again with --input") {
  const SheetOutput output({"guided-sr"});
  const fs::path moved = output.folder().path() / "moved";
  fs::rename(output.input(), moved);
  CHECK_THROWS_WITH_AS(static_cast<void>(read_contact_sheet(output.output(), {std::nullopt, 1})),
                       doctest::Contains("--input DIR"), RunError);
  CHECK(read_contact_sheet(output.output(), {moved.string(), 1}).sections.size() == 1);
}

TEST_CASE("a picture among the sources is refused before they are read") {
  const SheetOutput output({"mixup"});
  SheetRequest request;
  request.picture = output.input() + "/cat/sheet.png";
  CHECK_THROWS_WITH_AS(static_cast<void>(read_contact_sheet(output.output(), request)),
                       doctest::Contains("inside"), UsageError);
  request.picture = output.input() + "-sheet.png";
  CHECK(read_contact_sheet(output.output(), request).sections.size() == 1);
  // A root above the output, too, is no input but the folder that several have in common.
  request.picture = output.folder().path() / "sheet.png";
  request.input_root = output.folder().path().string();
  CHECK_THROWS_WITH_AS(static_cast<void>(read_contact_sheet(output.output(), request)),
                       doctest::Contains("--input DIR"), RunError);
}

TEST_CASE("a folder without a manifest, and an output that is gone") {
  const SheetOutput output({"guided-sr"});
  CHECK_THROWS_WITH_AS(
      static_cast<void>(read_contact_sheet(output.folder().path() / "in", {std::nullopt, 1})),
      doctest::Contains("has no manifest.json"), RunError);
  fs::remove_all(output.output() / "images");
  CHECK_THROWS_WITH_AS(static_cast<void>(read_contact_sheet(output.output(), {std::nullopt, 1})),
                       doctest::Contains("guidedmixup verify"), RunError);
}

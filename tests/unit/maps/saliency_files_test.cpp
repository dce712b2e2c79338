// Maps as files: one for each image, under its name, with the values that the saliency computes.
#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/maps/saliency_files.hpp>

#include "support/files.hpp"
#include "support/fixture.hpp"
#include "support/npy.hpp"
#include "support/saliency.hpp"
#include "support/silent_reporter.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

// Two images of different sizes in two classes, and a file that is none.
struct Input {
  Input() {
    for (std::size_t i = 0; i < images.size(); ++i) {
      ByteBuffer bytes;
      encode_image(images[i].view(), {ImageFormat::kPng, 0}, bytes);
      (void)place.write("in/" + names[i], bytes);
    }
    (void)place.write("in/a/broken.png", "not an image");
  }

  [[nodiscard]] SaliencyRequest request(const std::string& output) const {
    SaliencyRequest request;
    request.inputs = {(place.path() / "in").string()};
    request.output = place.path() / output;
    request.saliency = "fine-grained";
    return request;
  }

  test::TemporaryFolder place;
  std::vector<std::string> names{"a/1.png", "b/2.png"};
  std::vector<Image> images = [] {
    std::vector<Image> made;
    made.push_back(test::noise_image({9, 7}, 1));
    made.push_back(test::noise_image({6, 12}, 2));
    return made;
  }();
};

SaliencyResult write(const SaliencyRequest& request, int signal = 0) {
  test::SilentReporter reporter;
  const StopFlag stop{signal};
  return write_saliency_files(request, reporter, stop);
}

}  // namespace

TEST_CASE("each image has its map under its own name; a bad sample has its reason") {
  const Input input;
  const SaliencyResult result = write(input.request("out"));
  CHECK(result.written == 2);
  REQUIRE(result.rejects.size() == 1);
  CHECK(result.rejects[0].starts_with("a/broken.png: "));
  const SaliencyInfo& info = *find_saliency("fine-grained");
  for (std::size_t i = 0; i < 2; ++i) {
    const auto map = test::read_npy(input.place.path() / "out" / (input.names[i] + ".npy"));
    const Size size = input.images[i].size();
    CHECK(map.shape == std::vector<std::size_t>{static_cast<std::size_t>(size.height),
                                                static_cast<std::size_t>(size.width)});
    CHECK(map.values ==
          test::detect(info, ParameterValues(info.parameters), input.images[i]).full_values());
    CHECK(std::accumulate(map.values.begin(), map.values.end(), 0.0) ==
          doctest::Approx(1).epsilon(1e-5));
  }
  CHECK_FALSE(fs::exists(input.place.path() / "out/a/broken.png.npy"));
}

TEST_CASE("maps of a size of their own, as pictures") {
  const Input input;
  for (const MapFormat format : {MapFormat::kPng16, MapFormat::kHeatMap}) {
    SaliencyRequest request = input.request(format == MapFormat::kPng16 ? "levels" : "colours");
    request.format = format;
    request.load.size = Size{5, 4};
    CHECK(write(request).written == 2);
    for (const std::string& name : input.names) {
      auto picture = decode(test::read_bytes(request.output / (name + ".png")), {});
      REQUIRE(picture.ok());
      CHECK(picture.value().size() == Size{5, 4});
    }
  }
}

TEST_CASE("maps are the same with any number of threads") {
  const Input input;
  SaliencyRequest request = input.request("one");
  (void)write(request);
  request.output = input.place.path() / "three";
  request.threads = 3;
  (void)write(request);
  for (const std::string& name : input.names) {
    CHECK(test::read_bytes(input.place.path() / "one" / (name + ".npy")) ==
          test::read_bytes(input.place.path() / "three" / (name + ".npy")));
  }
}

TEST_CASE("maps go into an empty folder outside of the input only") {
  const Input input;
  (void)input.place.write("full/file", "x");
  CHECK_THROWS_WITH_AS((void)write(input.request("full")),
                       doctest::Contains("must be an empty or absent folder"), UsageError);
  CHECK_THROWS_AS((void)write(input.request("in/maps")), UsageError);
  SaliencyRequest request = input.request("out");
  request.saliency = "none";
  CHECK_THROWS_AS((void)write(request), UsageError);
  CHECK_FALSE(fs::exists(request.output));
}

TEST_CASE("a stop before the first image leaves an empty folder") {
  const Input input;
  CHECK_THROWS_AS((void)write(input.request("out"), 2), Cancelled);
  CHECK(fs::is_empty(input.place.path() / "out"));
}

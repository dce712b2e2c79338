// The fine-grained saliency: values worked out by hand, and OpenCV's own detector beside it.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/saliency.hpp>

#include <guidedmixup/saliency/detector.hpp>

#include "support/fixture.hpp"
#include "support/saliency.hpp"

using namespace guidedmixup;

namespace {

SaliencyMap map_of(const Image& image, const char* order = "bgr") {
  const SaliencyInfo& info = *find_saliency("fine-grained");
  ParameterValues values(info.parameters);
  values.set("order", std::string(order));
  return test::detect(info, values, image);
}

// The map as the detector has it before it is normalised: whole numbers, the largest of which is
// 255.
std::vector<int> levels_of(const Image& image, const char* order = "bgr") {
  const std::vector<float> map = map_of(image, order).full_values();
  const float largest = *std::max_element(map.begin(), map.end());
  std::vector<int> levels;
  for (const float value : map) {
    const double level = 255.0 * static_cast<double>(value) / static_cast<double>(largest);
    CHECK(std::abs(level - std::round(level)) < 1e-3);
    levels.push_back(static_cast<int>(std::lround(level)));
  }
  return levels;
}

Image grey_image(Size size, const std::vector<std::uint8_t>& greys) {
  Image image(size);
  for (std::size_t i = 0; i < image.span().size(); ++i) image.span()[i] = greys[i / 3];
  return image;
}

// Blocks of two kinds with some noise, so that the scales disagree.
Image blocks(Size size) {
  const Image noise = test::noise_image(size, 7);
  Image image(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < 3 * size.width; ++x) {
      const int base = (x / 33 + y / 7) % 2 == 0 ? 60 : 190;
      image.row(y)[x] = static_cast<std::uint8_t>(base + noise.row(y)[x] % 16);
    }
  }
  return image;
}

Image red_and_blue_exchanged(const Image& image) {
  Image exchanged = image;
  for (std::size_t i = 0; i < exchanged.span().size(); i += 3) {
    std::swap(exchanged.span()[i], exchanged.span()[i + 2]);
  }
  return exchanged;
}

}  // namespace

TEST_CASE("2 rows of 3 by hand") {
  // Smoothed once, both rows are 0, 30, 60 (30.5 was cut), twice 15, 30, 45. Each window is the
  // whole image: the means of the other five are 33, 30, 27, the differences -18, 0, 18 at all six
  // scales.
  CHECK(levels_of(grey_image({3, 2}, {0, 0, 0, 0, 0, 240})) ==
        std::vector<int>{255, 0, 255, 255, 0, 255});
}

TEST_CASE("1 row of 4 by hand") {
  // Smoothed once 0, 0, 50, 100, twice 0, 13, 50, 75; the means of the others are 46, 41.67, 29.33,
  // 21. Darker by 46 and 28, brighter by 20 and 54: 28 / 46 and 20 / 54 of 255, cut.
  CHECK(levels_of(grey_image({4, 1}, {0, 0, 0, 200})) == std::vector<int>{255, 155, 94, 255});
}

TEST_CASE("without a surround, or without a difference, the map is uniform") {
  CHECK(map_of(test::constant_image({1, 1}, 90)).full_values() == std::vector<float>{1.0F});
  CHECK(map_of(test::constant_image({4, 2}, 90)).full_values() == std::vector<float>(8, 0.125F));
}

TEST_CASE("F(4, 32), channels taken in the order R, G, B, as OpenCV computes it") {
  struct Expected {
    std::ptrdiff_t peak;
    int at_0, at_6, at_16, at_31, sum;
  };
  const Expected expected[] = {{0, 255, 221, 35, 105, 73207},
                               {1 * 32 + 2, 246, 189, 43, 81, 91732},
                               {1 * 32, 250, 191, 50, 75, 103498},
                               {0, 255, 187, 50, 101, 99467}};
  const auto images = test::fixture_images(4, 32);
  for (std::size_t k = 0; k < images.size(); ++k) {
    const std::vector<int> levels = levels_of(images[k], "rgb");
    CHECK(std::max_element(levels.begin(), levels.end()) - levels.begin() == expected[k].peak);
    CHECK(levels[0] == expected[k].at_0);
    CHECK(levels[6 * 33] == expected[k].at_6);
    CHECK(levels[16 * 33] == expected[k].at_16);
    CHECK(levels[31 * 33] == expected[k].at_31);
    CHECK(std::accumulate(levels.begin(), levels.end(), 0) == expected[k].sum);
  }
}

TEST_CASE("the order of the channels exchanges the weights of red and blue") {
  const Image image = test::noise_image({21, 34}, 3);
  CHECK(levels_of(image, "rgb") == levels_of(red_and_blue_exchanged(image), "bgr"));
  CHECK(levels_of(image, "rgb") != levels_of(image, "bgr"));
}

TEST_CASE("equal to OpenCV's detector, but where that wraps round above 255") {
  cv::setNumThreads(0);
  const auto detector = cv::saliency::StaticSaliencyFineGrained::create();
  std::size_t compared = 0;
  std::size_t wrapped = 0;
  for (const Size size : {Size{2, 1}, Size{1, 7}, Size{3, 2}, Size{5, 5}, Size{24, 24},
                          Size{33, 17}, Size{64, 64}, Size{97, 130}, Size{250, 131}}) {
    CAPTURE(size.width);
    CAPTURE(size.height);
    for (const Image& image : {test::noise_image(size, 1), blocks(size)}) {
      Image bgr = red_and_blue_exchanged(image);
      cv::Mat theirs;
      detector->computeSaliency(cv::Mat(size.height, size.width, CV_8UC3, bgr.row(0)), theirs);
      // Up to OpenCV 4 levels, later floats of 0 to 1.
      if (theirs.depth() == CV_32F) theirs.convertTo(theirs, CV_8U, 255);
      const std::vector<int> ours = levels_of(image);
      for (std::size_t i = 0; i < ours.size(); ++i) {
        const int level = theirs.data[i];
        if (ours[i] == 255 && level < 255) {
          ++wrapped;
        } else {
          REQUIRE(ours[i] == level);
        }
      }
      compared += ours.size();
    }
  }
  CHECK(wrapped <= compared / 1000);
}

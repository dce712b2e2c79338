#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/saliency/gaussian_blur.hpp>

using namespace guidedmixup;

TEST_CASE("the taps of 7, sigma 3") {
  const GaussianBlur blur(7, 3.0F);
  const std::vector<double> expected{0.106289, 0.140321, 0.165770, 0.175240,
                                     0.165770, 0.140321, 0.106289};
  REQUIRE(blur.taps().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(blur.taps()[i] == doctest::Approx(expected[i]).epsilon(1e-5));
  }
}

TEST_CASE("an impulse in a corner of 5 x 5 leaves the known total") {
  std::vector<float> map(25, 0.0F);
  map[0] = 1.0F;
  std::vector<float> scratch;
  GaussianBlur(7, 3.0F).apply(map, {5, 5}, scratch);
  CHECK(std::accumulate(map.begin(), map.end(), 0.0) == doctest::Approx(0.345297).epsilon(1e-5));
}

TEST_CASE("a constant stays constant at any size, also below the radius") {
  for (const Size size : {Size{1, 1}, Size{2, 1}, Size{1, 3}, Size{2, 2}, Size{9, 4}}) {
    std::vector<float> map(static_cast<std::size_t>(size.pixels()), 2.5F);
    std::vector<float> scratch;
    GaussianBlur(7, 3.0F).apply(map, size, scratch);
    for (const float value : map) CHECK(value == doctest::Approx(2.5).epsilon(1e-6));
  }
}

TEST_CASE("at any width the sums of the formula, with the border reflected") {
  for (const int width : {1, 2, 5, 15, 16, 17, 33, 63, 64, 65, 100, 128}) {
    CAPTURE(width);
    const Size size{width, 9};
    std::vector<float> map(static_cast<std::size_t>(size.pixels()));
    for (std::size_t i = 0; i < map.size(); ++i) map[i] = static_cast<float>((i * 31) % 17);
    const GaussianBlur blur(7, 3.0F);
    const auto reflected = [](int index, int length) {
      if (length == 1) return 0;
      while (index < 0 || index >= length) {
        index = index < 0 ? -index : 2 * (length - 1) - index;
      }
      return index;
    };
    std::vector<float> blurred = map;
    std::vector<float> scratch;
    blur.apply(blurred, size, scratch);
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        double sum = 0.0;
        for (int dy = -3; dy <= 3; ++dy) {
          for (int dx = -3; dx <= 3; ++dx) {
            const int at = reflected(y + dy, size.height) * width + reflected(x + dx, width);
            sum += static_cast<double>(blur.taps()[dy + 3]) *
                   static_cast<double>(blur.taps()[dx + 3]) * static_cast<double>(map[at]);
          }
        }
        REQUIRE(blurred[y * width + x] == doctest::Approx(sum).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("kernel 1 changes nothing") {
  std::vector<float> map{1, 2, 3, 4};
  std::vector<float> scratch;
  GaussianBlur(1, 3.0F).apply(map, {2, 2}, scratch);
  CHECK(map == std::vector<float>{1, 2, 3, 4});
}

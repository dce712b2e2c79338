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

TEST_CASE("kernel 1 changes nothing") {
  std::vector<float> map{1, 2, 3, 4};
  std::vector<float> scratch;
  GaussianBlur(1, 3.0F).apply(map, {2, 2}, scratch);
  CHECK(map == std::vector<float>{1, 2, 3, 4});
}

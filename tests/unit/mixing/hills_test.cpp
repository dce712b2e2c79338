// The mixings `gmix` and `smoothmix`: a hill, its share of all pixels, and whose it is.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <doctest/doctest.h>

#include "../../../src/mixing/bump.hpp"
#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

std::unique_ptr<Mixing> make(const char* name) {
  const MixingInfo& info = *find_mixing(name);
  return info.make(ParameterValues(info.parameters));
}

double number_of(const MixedImage& image) {
  return static_cast<double>(std::get<float>(image.draws.at(0).value));
}
std::vector<int> centre_of(const MixedImage& image) {
  return std::get<std::vector<int>>(image.draws.at(1).value);
}

double mean(const auto& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squared_distance(const std::vector<int>& centre, int y, int x) {
  return std::pow(y - centre[0], 2) + std::pow(x - centre[1], 2);
}

}  // namespace

TEST_CASE("a bump between four pixels: the worked example") {
  const auto values = bump({1.5, 1.5}, 2.0, {4, 4});
  CHECK(values[0] == doctest::Approx(std::exp(-2.25)));
  CHECK(values[1] == doctest::Approx(std::exp(-1.25)));
  CHECK(values[5] == doctest::Approx(std::exp(-0.25)));
  CHECK(mean(values) == doctest::Approx(0.3643).epsilon(1e-4));
}

TEST_CASE("smoothmix: the hill is the partner's, and so is its share") {
  const Size size{30, 20};
  const auto batch = test::noise_batch(3, size);
  for (std::uint32_t number = 0; number < 10; ++number) {
    const DrawKey key{.seed = 5, .batch = number};
    const MixedImage mixed = batch.mix(*make("smoothmix"), 0, key);
    const auto mask = batch.mask(*make("smoothmix"), 0, key);
    const double sigma = number_of(mixed);
    CHECK((sigma >= 5.0 && sigma <= 10.0));
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 30; ++x) {
        const double hill =
            std::exp(-squared_distance(centre_of(mixed), y, x) / (2 * sigma * sigma));
        REQUIRE(static_cast<double>(mask[30 * y + x]) == doctest::Approx(1 - hill).epsilon(1e-5));
      }
    }
    CHECK(static_cast<double>(mixed.sources[1].weight) ==
          doctest::Approx(1 - mean(mask)).epsilon(1e-5));
    CHECK(batch.mask(*make("smoothmix"), 2, key) == mask);
  }
}

TEST_CASE("gmix: the hill belongs to the image with the smaller share") {
  const Size size{30, 20};
  const auto batch = test::noise_batch(3, size);
  bool own_hill = false;
  bool other_hill = false;
  for (std::uint32_t number = 0; number < 20; ++number) {
    const DrawKey key{.seed = 5, .batch = number};
    const MixedImage mixed = batch.mix(*make("gmix"), 0, key);
    const auto mask = batch.mask(*make("gmix"), 0, key);
    const double lambda = number_of(mixed);
    const double smaller = std::min(lambda, 1 - lambda);
    (lambda <= 0.5 ? own_hill : other_hill) = true;
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 30; ++x) {
        const double hill = std::exp(-std::numbers::pi * squared_distance(centre_of(mixed), y, x) /
                                     (smaller * 600));
        const double own = static_cast<double>(mask[30 * y + x]);
        REQUIRE(std::abs(own - (lambda <= 0.5 ? hill : 1 - hill)) < 1e-5);
      }
    }
    // Part of the hill may lie outside; a narrow one is summed roughly by whole pixels.
    const double share = lambda <= 0.5 ? mean(mask) : 1 - mean(mask);
    CHECK(share <= smaller + 0.002);
  }
  CHECK((own_hill && other_hill));
}

TEST_CASE("gmix with alpha 0 mixes nothing") {
  const auto batch = test::noise_batch(2, {9, 9});
  const MixingInfo& info = *find_mixing("gmix");
  ParameterValues values(info.parameters);
  values.set("alpha", 0.0F);
  const MixedImage mixed = batch.mix(*info.make(values), 0);
  CHECK(std::ranges::equal(mixed.pixels.span(), batch.pixels(0)));
  CHECK(mixed.sources[0].weight == 1.0F);
}

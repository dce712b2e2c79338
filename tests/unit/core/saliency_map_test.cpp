#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/core/saliency_map.hpp>

using namespace guidedmixup;

namespace {
std::vector<float> ramp(Size size) {
  std::vector<float> values(static_cast<std::size_t>(size.pixels()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>((i * 37) % 11);
  return values;
}
}  // namespace

TEST_CASE("BilinearAxis has half-pixel centres and clamps at both ends") {
  const BilinearAxis axis(2, 4);
  CHECK(axis.first == std::vector<int>{0, 0, 0, 1});
  CHECK(axis.second == std::vector<int>{1, 1, 1, 1});
  CHECK(axis.weight[0] == 0.0F);
  CHECK(axis.weight[1] == 0.25F);
  CHECK(axis.weight[2] == 0.75F);
  CHECK(BilinearAxis(5, 5).is_identity());
  const BilinearAxis shrink(10, 1);
  CHECK(shrink.first[0] == 4);
  CHECK(shrink.weight[0] == 0.5F);
}

TEST_CASE("a resampled row has the values of its formula, to the bit, at any pair of lengths") {
  for (const int in : {1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 64, 100, 128, 224, 500}) {
    std::vector<float> row(in);
    for (int i = 0; i < in; ++i) row[i] = static_cast<float>((i * 37) % 101) / 7.0F;
    for (const int out : {1, 2, 5, 16, 17, 33, 63, 64, 65, 128, 224, 300}) {
      CAPTURE(in);
      CAPTURE(out);
      const BilinearAxis axis(in, out);
      std::vector<float> resampled(out);
      axis.apply(row.data(), resampled.data());
      for (int o = 0; o < out; ++o) {
        const float t = axis.weight[o];
        REQUIRE(resampled[o] == (1.0F - t) * row[axis.first[o]] + t * row[axis.second[o]]);
      }
    }
  }
}

TEST_CASE("a map sums to 1 over the full size, on its own grid and spread over another size") {
  for (const Size full : {Size{6, 5}, Size{17, 9}, Size{4, 11}, Size{1, 1}}) {
    const auto geometry = std::make_shared<MapGeometry>(Size{6, 5}, full);
    const SaliencyMap map(geometry, ramp({6, 5}));
    const std::vector<float> values = map.full_values();
    CHECK(std::accumulate(values.begin(), values.end(), 0.0) == doctest::Approx(1.0));
    const auto [least, largest] = std::minmax_element(values.begin(), values.end());
    if (full.pixels() > 1) CHECK(*least < *largest);
  }
}

TEST_CASE("a map that is zero everywhere becomes the uniform map") {
  const auto geometry = std::make_shared<MapGeometry>(Size{3, 2}, Size{6, 7});
  const SaliencyMap map(geometry, std::vector<float>(6, 0.0F));
  for (const float value : map.grid_values()) CHECK(value == 1.0F / 42);
  for (const float value : map.full_values()) CHECK(value == doctest::Approx(1.0F / 42));
}

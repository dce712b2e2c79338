#include <cmath>

#include <doctest/doctest.h>

#include <guidedmixup/pairing/distance_matrix.hpp>

#include "support/fixture.hpp"

using namespace guidedmixup;

namespace {

SaliencyMap map_from_noise(const std::shared_ptr<const MapGeometry>& geometry, std::uint32_t seed) {
  const Image noise = test::noise_image(geometry->grid, seed);
  std::vector<float> raw;
  for (std::size_t i = 0; i < noise.span().size(); i += 3) raw.push_back(noise.span()[i]);
  return {geometry, std::move(raw)};
}

template <typename Values>
double exact_distance(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
  }
  return std::sqrt(sum);
}

}  // namespace

TEST_CASE("the worked example without blur") {
  const auto geometry = std::make_shared<MapGeometry>(Size{2, 2}, Size{2, 2});
  const DistanceVectors vectors(*geometry);
  std::vector<SharedValues> maps;
  for (const std::vector<float>& raw :
       {std::vector<float>{4, 2, 1, 1}, {1, 1, 2, 6}, {1, 3, 1, 3}}) {
    maps.push_back(vectors.vector_of(SaliencyMap(geometry, raw)));
  }
  CHECK(l2_distance(*maps[0], *maps[1]) == doctest::Approx(.643234).epsilon(1e-5));
  CHECK(l2_distance(*maps[0], *maps[2]) == doctest::Approx(.467707).epsilon(1e-5));
  CHECK(l2_distance(*maps[1], *maps[2]) == doctest::Approx(.364005).epsilon(1e-5));
}

TEST_CASE("vectors on the grid have the distances of the full maps") {
  const Size grid{24, 16};
  for (const Size full : {Size{24, 16}, Size{25, 17}, Size{48, 32}, Size{100, 61}, Size{24, 200},
                          Size{23, 40}, Size{40, 9}, Size{1, 1}}) {
    CAPTURE(full.width);
    CAPTURE(full.height);
    const auto geometry = std::make_shared<MapGeometry>(grid, full);
    const DistanceVectors vectors(*geometry);
    const SaliencyMap a = map_from_noise(geometry, 1);
    const SaliencyMap b = map_from_noise(geometry, 2);
    const double expected = exact_distance(a.full_values(), b.full_values());
    CHECK(l2_distance(*vectors.vector_of(a), *vectors.vector_of(b)) ==
          doctest::Approx(expected).epsilon(1e-5));
    CHECK(l2_distance(*vectors.vector_of(a), *vectors.vector_of(a)) == 0.0F);
  }
}

TEST_CASE("blocks fill the matrix with the distances of the simple function, to the bit") {
  for (const int count : {1, 2, 9, 31, 32, 33, 71}) {
    std::vector<SharedValues> vectors;
    for (int i = 0; i < count; ++i) {
      const Image noise = test::noise_image({61, 17}, static_cast<std::uint32_t>(i));
      vectors.push_back(std::make_shared<FloatBuffer>(noise.span().begin(), noise.span().end()));
    }
    DistanceMatrix matrix(count);
    const int blocks = (count + kDistanceBlock - 1) / kDistanceBlock;
    for (int row = 0; row < blocks; ++row) {
      for (int column = row; column < blocks; ++column) {
        fill_distance_block(vectors, row, column, matrix);
      }
    }
    for (int i = 0; i < count; ++i) {
      for (int j = 0; j < count; ++j) {
        CHECK(matrix.at(i, j) == (i == j ? 0.0F : l2_distance(*vectors[i], *vectors[j])));
        CHECK(matrix.at(i, j) ==
              doctest::Approx(exact_distance(*vectors[i], *vectors[j])).epsilon(1e-6));
      }
    }
  }
}

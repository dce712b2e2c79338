#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/core/border.hpp>

using namespace guidedmixup;

namespace {

template <typename Border>
std::vector<int> indices(const Border& border, int from, int to, int length) {
  std::vector<int> inside;
  for (int i = from; i <= to; ++i) inside.push_back(border(i, length));
  return inside;
}

}  // namespace

TEST_CASE("a reflected border does not repeat the edge, and is folded as often as needed") {
  CHECK(indices(reflect, -3, 6, 4) == std::vector<int>{3, 2, 1, 0, 1, 2, 3, 2, 1, 0});
  CHECK(indices(reflect, -4, 4, 3) == std::vector<int>{0, 1, 2, 1, 0, 1, 2, 1, 0});
  CHECK(indices(reflect, -3, 4, 2) == std::vector<int>{1, 0, 1, 0, 1, 0, 1, 0});
  CHECK(indices(reflect, -3, 3, 1) == std::vector<int>(7, 0));
}

TEST_CASE("a repeated border is the edge itself") {
  CHECK(indices(repeat, -2, 4, 3) == std::vector<int>{0, 0, 0, 1, 2, 2, 2});
  CHECK(indices(repeat, -2, 2, 1) == std::vector<int>(5, 0));
}

TEST_CASE("interpolation gives both ends exactly") {
  // first + weight * (second - first) would give 0 here instead of the second value.
  CHECK(interpolate(1e8F, 0.1F, 1.0F) == 0.1F);
  CHECK(interpolate(1e8F, 0.1F, 0.0F) == 1e8F);
  CHECK(interpolate(2.0F, 6.0F, 0.25F) == 3.0F);
}

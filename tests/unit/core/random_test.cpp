#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/core/random.hpp>

using namespace guidedmixup;

TEST_CASE("philox4x32 gives the known answers of its paper's test vectors") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  const std::uint32_t ones = 0xFFFFFFFF;
  CHECK(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("each part of a key gives another stream, and equal keys give equal streams") {
  const DrawKey base{7, 1, 2, 3, Purpose{2}};
  std::vector<DrawKey> keys(6, base);
  keys[1].seed = 8;
  keys[2].round = 2;
  keys[3].batch = 3;
  keys[4].slot = 4;
  keys[5].purpose = Purpose{3};
  std::set<std::uint32_t> first;
  for (const DrawKey& key : keys) first.insert(DrawStream(key).next());
  CHECK(first.size() == keys.size());
  DrawStream a(base);
  DrawStream b(base);
  for (int i = 0; i < 100; ++i) CHECK(a.next() == b.next());
}

TEST_CASE("below is uniform and a permutation holds each number once") {
  DrawStream draws({1, 0, 0, 0, Purpose{0}});
  std::vector<int> count(7, 0);
  for (int i = 0; i < 70000; ++i) ++count[draws.below(7)];
  for (const int c : count) CHECK(std::abs(c - 10000) < 500);
  const auto order = draws.permutation(1000);
  CHECK(std::set<std::uint32_t>(order.begin(), order.end()).size() == 1000);
  CHECK(*std::max_element(order.begin(), order.end()) == 999);
  CHECK(DrawStream({}).permutation(1) == std::vector<std::uint32_t>{0});
}

TEST_CASE("normal pairs have mean 0, variance 1, no correlation and the tail of a normal law") {
  DrawStream draws({5, 0, 0, 0, purpose_of("test/normal")});
  const int n = 100000;
  double sum = 0;
  double squares = 0;
  double products = 0;
  int beyond_two = 0;
  for (int i = 0; i < n; ++i) {
    const auto [a, b] = draws.normal_pair();
    sum += a + b;
    squares += a * a + b * b;
    products += a * b;
    beyond_two += (std::abs(a) > 2 ? 1 : 0) + (std::abs(b) > 2 ? 1 : 0);
  }
  // Each limit is at least four standard deviations.
  CHECK(std::abs(sum / (2 * n)) < 0.01);
  CHECK(std::abs(squares / (2 * n) - 1) < 0.015);
  CHECK(std::abs(products / n) < 0.015);
  CHECK(std::abs(static_cast<double>(beyond_two) / (2 * n) - 0.0455) < 0.002);
}

TEST_CASE("beta has the mean and variance of Beta(alpha, alpha)") {
  // Variance of Beta(a, a) is 1 / (4 (2 a + 1)).
  for (const double alpha : {0.001, 0.2, 0.5, 1.0, 1.5, 4.0, 50.0}) {
    CAPTURE(alpha);
    DrawStream draws({99, 0, 0, 0, Purpose{3}});
    const int n = 40000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; ++i) {
      const double value = draws.beta(alpha);
      REQUIRE(value >= 0.0);
      REQUIRE(value <= 1.0);
      sum += value;
      squares += value * value;
    }
    const double mean = sum / n;
    CHECK(mean == doctest::Approx(0.5).epsilon(0.02));
    CHECK(squares / n - mean * mean == doctest::Approx(1.0 / (4 * (2 * alpha + 1))).epsilon(0.04));
  }
}

TEST_CASE("purposes by name differ, from each other and from the oldest, which are small numbers") {
  constexpr Purpose centre = purpose_of("part/centre");
  constexpr Purpose other = purpose_of("other/centre");
  CHECK(centre != other);
  CHECK(static_cast<std::uint32_t>(centre) >= 16);
}

TEST_CASE("streams of a purpose by name differ for each slot, and from those of all others") {
  std::set<std::uint64_t> first;
  std::size_t streams = 0;
  for (const Purpose purpose :
       {purpose_of("part/centre"), purpose_of("other/centre"), Purpose{0}, Purpose{15}}) {
    for (std::uint32_t slot = 0; slot < 300; ++slot) {
      DrawStream draws({.seed = 1, .slot = slot < 299 ? slot : kWholeBatch, .purpose = purpose});
      const std::uint64_t high = draws.next();
      first.insert(high << 32U | draws.next());
      ++streams;
    }
  }
  CHECK(first.size() == streams);
}

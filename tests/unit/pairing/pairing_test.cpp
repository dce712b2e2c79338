#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include <guidedmixup/pairing/pairing.hpp>

using namespace guidedmixup;

namespace {

DistanceMatrix matrix_of(int count, const std::vector<float>& upper) {
  DistanceMatrix matrix(count);
  std::size_t next = 0;
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) matrix.set(i, j, upper[next++]);
  }
  return matrix;
}

DistanceMatrix random_matrix(int count, std::uint32_t seed) {
  DrawStream draws({seed, 0, 0, 0, Purpose{0}});
  DistanceMatrix matrix(count);
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) matrix.set(i, j, static_cast<float>(draws.uniform()));
  }
  return matrix;
}

std::vector<int> pair_by(std::string_view name, const DistanceMatrix& matrix) {
  const PairingInfo* info = find_pairing(name);
  return info->make(ParameterValues(info->parameters))->pair({matrix.count(), &matrix, {}});
}

}  // namespace

TEST_CASE("greedy pairing of the worked example") {
  const DistanceMatrix matrix = matrix_of(4, {5, 2, 7, 4, 6, 3});
  CHECK(pair_by("greedy", matrix) == std::vector<int>{3, 2, 0, 1});
}

TEST_CASE("greedy is one cycle for any matrix, also of equal distances, and ties go low") {
  CHECK(pair_by("greedy", matrix_of(2, {0})) == std::vector<int>{1, 0});
  CHECK(pair_by("greedy", DistanceMatrix(1)) == std::vector<int>{0});
  CHECK(pair_by("greedy", DistanceMatrix(5)) == std::vector<int>{1, 2, 3, 4, 0});
  for (const int count : {2, 3, 7, 64, 200}) {
    const auto partner = pair_by("greedy", random_matrix(count, 1));
    int i = 0;
    int steps = 0;
    do {
      i = partner[i];
      ++steps;
    } while (i != 0 && steps <= count);
    CHECK(steps == count);
  }
}

TEST_CASE("greedy accepts its own cycle and a near tie, and names what is wrong with another") {
  const auto greedy = find_pairing("greedy")->make({});
  const DistanceMatrix matrix = random_matrix(20, 3);
  const PairingInput input{20, &matrix, {}};
  auto partner = greedy->pair(input);
  constexpr float kSlack = 1e-5F;  // distances lie between 0 and 1
  CHECK_FALSE(greedy->disagreement(input, partner, kSlack));

  // Two cycles instead of one.
  std::vector<int> swaps(20);
  for (int i = 0; i < 20; ++i) swaps[i] = i ^ 1;
  CHECK(greedy->disagreement(input, swaps, kSlack).has_value());

  // One cycle, but not the farthest steps.
  std::vector<int> ring(20);
  for (int i = 0; i < 20; ++i) ring[i] = (i + 1) % 20;
  CHECK(greedy->disagreement(input, ring, kSlack).has_value());
  CHECK(greedy->disagreement(input, std::vector<int>(20, 99), kSlack).has_value());
  CHECK(greedy->disagreement(input, std::vector<int>(3, 0), kSlack).has_value());

  // A tie that another engine's rounding turned: equal but for one part in a million.
  const DistanceMatrix near_tie = matrix_of(4, {7, 2, 6.999999F, 4, 3, 1});
  const PairingInput tie_input{4, &near_tie, {}};
  CHECK(greedy->pair(tie_input) == std::vector<int>{1, 2, 3, 0});
  const std::vector<int> turned{3, 2, 0, 1};  // begins with 0 -> 3
  CHECK_FALSE(greedy->disagreement(tie_input, turned, 7e-5F));
  CHECK(greedy->disagreement(tie_input, turned, 7e-9F).has_value());
}

TEST_CASE("random pairing is a permutation that depends on the mini-batch only") {
  const auto random = find_pairing("random")->make({});
  const DrawKey key{5, 1, 2};
  const auto partner = random->pair({50, nullptr, key});
  CHECK(std::set<int>(partner.begin(), partner.end()).size() == 50);
  CHECK(random->pair({50, nullptr, key}) == partner);
  CHECK(random->pair({50, nullptr, {5, 1, 3}}) != partner);
  CHECK_FALSE(random->disagreement({50, nullptr, key}, partner, 0.0F));
  auto other = partner;
  std::swap(other[0], other[1]);
  CHECK(random->disagreement({50, nullptr, key}, other, 1e-4F).has_value());
}

TEST_CASE("used pairs are unordered, and an image that is its own partner makes none") {
  UsedPairs used(5);
  used.add(std::vector<int>{1, 2, 0, 4, 4});
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) {
      if (i == j) continue;
      const bool expected = (i < 3 && j < 3) || (i + j == 7);
      CHECK(used.uses(i, j) == (expected ? 1 : 0));
    }
  }
  used.add(std::vector<int>{1, 0, 2, 3, 4});  // a swap uses its pair twice
  CHECK(used.uses(1, 0) == 3);
  for (int round = 0; round < 300; ++round) used.add(std::vector<int>{1, 0, 2, 3, 4});
  CHECK(used.uses(0, 1) == 255);
}

namespace {

// Where a walk that begins with this pair had to repeat a pair: every other image that was left
// would have repeated one, too. -1 when a repeat was not needed.
int repeats_of_walk(const std::vector<int>& partner, int start, const UsedPairs& used) {
  std::set<int> left;
  for (int i = 0; i < static_cast<int>(partner.size()); ++i) left.insert(i);
  left.erase(start);
  int repeats = 0;
  for (int source = start; !left.empty(); source = partner[source]) {
    if (used.uses(source, partner[source]) > 0) {
      ++repeats;
      for (const int other : left) {
        // The last choice may take a repeat where both ways have as many.
        if (used.uses(source, other) == 0 && left.size() > 2) return -1;
      }
    }
    left.erase(partner[source]);
  }
  return repeats;
}

}  // namespace

TEST_CASE("greedy avoids the pairs of earlier rounds unless the walk is stuck") {
  const auto greedy = find_pairing("greedy")->make({});
  for (const int count : {3, 4, 5, 12, 33, 64}) {
    CAPTURE(count);
    const DistanceMatrix matrix = random_matrix(count, 7);
    UsedPairs used(count);
    const PairingInput input{.count = count, .distances = &matrix, .key = {}, .used = &used};
    CHECK(greedy->pair(input) == pair_by("greedy", matrix));
    const int rounds = (count - 1) / 2;
    int repeats = 0;
    for (int round = 0; round < rounds; ++round) {
      const std::vector<int> partner = greedy->pair(input);
      CHECK(std::set<int>(partner.begin(), partner.end()).size() == partner.size());
      CHECK_FALSE(greedy->disagreement(input, partner, 0.0F));
      int fewest = -1;
      for (int start = 0; start < count && fewest < 0; ++start) {
        if (used.uses(start, partner[start]) == 0) fewest = repeats_of_walk(partner, start, used);
      }
      CHECK(fewest >= 0);
      for (int i = 0; i < count; ++i) repeats += used.uses(i, partner[i]) > 0 ? 1 : 0;
      used.add(partner);
    }
    // Few of all: only the last rounds lack choice.
    CHECK(repeats * 10 <= count * rounds);
  }
}

TEST_CASE("five images give two rounds without a repeat, whatever their distances") {
  const auto greedy = find_pairing("greedy")->make({});
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const DistanceMatrix matrix = random_matrix(5, seed);
    UsedPairs used(5);
    const PairingInput input{.count = 5, .distances = &matrix, .key = {}, .used = &used};
    used.add(greedy->pair(input));
    const std::vector<int> second = greedy->pair(input);
    for (int i = 0; i < 5; ++i) CHECK(used.uses(i, second[i]) == 0);
  }
}

TEST_CASE("when all pairs are used, those used least often come first") {
  const auto greedy = find_pairing("greedy")->make({});
  const DistanceMatrix matrix = random_matrix(12, 4);
  UsedPairs used(12);
  const PairingInput input{.count = 12, .distances = &matrix, .key = {}, .used = &used};
  for (int round = 0; round < 60; ++round) {
    const std::vector<int> partner = greedy->pair(input);
    CHECK_FALSE(greedy->disagreement(input, partner, 0.0F));
    used.add(partner);
  }
  // 720 uses of 66 pairs are 10.9 of each.
  for (int i = 0; i < 12; ++i) {
    for (int j = 0; j < i; ++j) {
      CHECK(used.uses(i, j) >= 8);
      CHECK(used.uses(i, j) <= 14);
    }
  }
}

TEST_CASE("the last choice keeps the closing pair new where it can") {
  // 0 - 1 is the farthest. From 1 the walk may end 2, 3 or 3, 2; 2 - 0 was used, so 2 comes first,
  // though 3 is farther from 1.
  const DistanceMatrix matrix = matrix_of(4, {9, 2, 3, 4, 5, 1});
  UsedPairs used(4);
  const PairingInput input{.count = 4, .distances = &matrix, .key = {}, .used = &used};
  const auto greedy = find_pairing("greedy")->make({});
  CHECK(greedy->pair(input) == std::vector<int>{1, 3, 0, 2});
  used.add(std::vector<int>{2, 1, 0, 3});
  CHECK(greedy->pair(input) == std::vector<int>{1, 2, 3, 0});
  CHECK(greedy->disagreement(input, std::vector<int>{1, 3, 0, 2}, 1.0F).has_value());
}

TEST_CASE("a recorded walk that repeats a pair without need is told apart") {
  const DistanceMatrix matrix = random_matrix(12, 5);
  const auto greedy = find_pairing("greedy")->make({});
  UsedPairs used(12);
  const PairingInput input{.count = 12, .distances = &matrix, .key = {}, .used = &used};
  const std::vector<int> first = greedy->pair(input);
  used.add(first);
  CHECK(greedy->disagreement(input, first, 1.0F).has_value());
  CHECK_FALSE(greedy->disagreement(input, greedy->pair(input), 0.0F));
}

TEST_CASE("random partners do not depend on used pairs") {
  const auto random = find_pairing("random")->make({});
  UsedPairs used(9);
  const PairingInput input{.count = 9, .key = {5, 1, 2}, .used = &used};
  const std::vector<int> partner = random->pair(input);
  used.add(partner);
  CHECK(random->pair(input) == partner);
}

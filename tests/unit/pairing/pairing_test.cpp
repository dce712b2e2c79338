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
  DrawStream draws({seed, 0, 0, 0, Purpose::kShuffle});
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

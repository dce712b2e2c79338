// Pairing `greedy`: Algorithm 1 of Kang and Kim (2023), one cycle through the mini-batch, with the
// correction that the released compiled routine has: what a walk has visited stays visited, so that
// it cannot turn round. As printed, the column of the first source is never removed, and the walk
// falls back on it.
#include <algorithm>
#include <limits>

#include "registry.hpp"

namespace guidedmixup {
namespace {

// The largest element of row i among images not visited; ties take the lowest index. -1 if none.
int farthest(const DistanceMatrix& distances, int i, const std::vector<bool>& visited) {
  int best = -1;
  float best_distance = -std::numeric_limits<float>::infinity();
  for (int j = 0; j < distances.count(); ++j) {
    if (visited[j] || distances.at(i, j) <= best_distance) continue;
    best = j;
    best_distance = distances.at(i, j);
  }
  return best;
}

struct Pair {
  int source;
  int target;
};

// The first largest element in row-major order, off the diagonal.
Pair farthest_pair(const DistanceMatrix& distances) {
  Pair best{0, 1};
  for (int i = 0; i < distances.count(); ++i) {
    for (int j = i + 1; j < distances.count(); ++j) {
      if (distances.at(i, j) > distances.at(best.source, best.target)) best = {i, j};
    }
  }
  return best;
}

bool is_single_cycle(std::span<const int> partner) {
  const int count = static_cast<int>(partner.size());
  int steps = 0;
  int i = 0;
  do {
    if (partner[i] < 0 || partner[i] >= count) return false;
    i = partner[i];
    ++steps;
  } while (i != 0 && steps <= count);
  return steps == count;
}

class GreedyPairing final : public Pairing {
 public:
  [[nodiscard]] std::vector<int> pair(const PairingInput& input) const override {
    const DistanceMatrix& distances = *input.distances;
    GUIDEDMIXUP_CHECK(distances.count(), ==, input.count);
    if (input.count == 1) return {0};
    const Pair start = farthest_pair(distances);
    std::vector<int> partner(input.count);
    std::vector<bool> visited(input.count, false);
    visited[start.source] = true;
    int source = start.source;
    for (int target = start.target; target >= 0; target = farthest(distances, source, visited)) {
      partner[source] = target;
      visited[target] = true;
      source = target;
    }
    partner[source] = start.source;
    return partner;
  }

  [[nodiscard]] std::optional<std::string> disagreement(const PairingInput& input,
                                                        std::span<const int> recorded,
                                                        float slack) const override {
    const DistanceMatrix& distances = *input.distances;
    if (static_cast<int>(recorded.size()) != input.count || !is_single_cycle(recorded)) {
      return "the partners are not one cycle through the mini-batch";
    }
    if (input.count == 1) return std::nullopt;
    const Pair largest = farthest_pair(distances);
    const float largest_distance = distances.at(largest.source, largest.target);
    // The walk may have begun at any pair that is as far apart as the farthest, within the slack.
    std::optional<std::string> reason = "no pair of the cycle is the farthest of the mini-batch";
    for (int start = 0; start < input.count; ++start) {
      if (distances.at(start, recorded[start]) < largest_distance - slack) continue;
      reason = walk_disagreement(distances, recorded, start, slack);
      if (!reason) return std::nullopt;
    }
    return reason;
  }

 private:
  static std::optional<std::string> walk_disagreement(const DistanceMatrix& distances,
                                                      std::span<const int> recorded, int start,
                                                      float slack) {
    std::vector<bool> visited(recorded.size(), false);
    visited[start] = true;
    for (int source = start; recorded[source] != start; source = recorded[source]) {
      const int target = recorded[source];
      const int best = farthest(distances, source, visited);
      if (distances.at(source, target) < distances.at(source, best) - slack) {
        return "image " + std::to_string(source) + " is mixed with " + std::to_string(target) +
               ", but " + std::to_string(best) + " was still free and farther away";
      }
      visited[target] = true;
    }
    return std::nullopt;
  }
};

}  // namespace

const PairingInfo kGreedyPairing{
    {"greedy",
     "one cycle that always goes on to the farthest saliency map left",
     "Kang and Kim, AAAI 2023, algorithm 1 with the correction of the released code",
     {}},
    true,
    "l2",
    [](const ParameterValues&) -> std::unique_ptr<Pairing> {
      return std::make_unique<GreedyPairing>();
    }};

}  // namespace guidedmixup

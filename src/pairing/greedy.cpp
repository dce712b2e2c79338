// Pairing `greedy`: Algorithm 1 of Kang and Kim (2023), one cycle through the mini-batch, with the
// correction that the released compiled routine has: what a walk has visited stays visited, so that
// it cannot turn round. As printed, the column of the first source is never removed, and the walk
// falls back on it.
//
// In later rounds of a mini-batch the walk avoids the pairs that it has used: at each step a pair
// that was used least often comes first, then the largest distance. Nobody chooses the pair that
// closes the cycle, so the last choice, which decides between two images, counts it as well.
#include <algorithm>
#include <limits>

#include "registry.hpp"

namespace guidedmixup {
namespace {

// One way to go on. A default one is worse than any other.
struct Step {
  int source = -1;
  int target = -1;
  int uses = std::numeric_limits<int>::max();  // of its pair in earlier rounds
  float distance = -std::numeric_limits<float>::infinity();

  [[nodiscard]] bool is_better_than(const Step& other) const {
    return uses != other.uses ? uses < other.uses : distance > other.distance;
  }
  // Distances may be wrong by `slack`; how often a pair was used is exact.
  [[nodiscard]] bool is_as_good_as(const Step& best, float slack) const {
    return uses == best.uses && distance >= best.distance - slack;
  }
};

Step step_of(const PairingInput& input, int source, int target) {
  return {.source = source,
          .target = target,
          .uses = input.used == nullptr ? 0 : input.used->uses(source, target),
          .distance = input.distances->at(source, target)};
}

// The first best pair in row-major order, off the diagonal. O(M^2), as the whole walk: 32,000
// comparisons in a mini-batch of 256.
Step best_start(const PairingInput& input) {
  Step best;
  for (int i = 0; i < input.count; ++i) {
    for (int j = i + 1; j < input.count; ++j) {
      const Step step = step_of(input, i, j);
      if (step.is_better_than(best)) best = step;
    }
  }
  return best;
}

// The images that a walk has not visited yet. Both making a pairing and checking a recorded one go
// through it, so that they cannot disagree on what was free.
class Walk {
 public:
  Walk(const PairingInput& input, int start)
      : input_(input), start_(start), visited_(input.count, false), left_(input.count) {
    visit(start);
  }
  void visit(int image) {
    visited_[image] = true;
    --left_;
  }
  [[nodiscard]] bool is_done() const { return left_ == 0; }

  // To an image that is left. When two are left, the choice of one also decides the pair that
  // closes the cycle: (other, start).
  [[nodiscard]] Step step(int source, int target) const {
    Step step = step_of(input_, source, target);
    if (input_.used != nullptr && left_ == 2) {
      step.uses += input_.used->uses(other_than(target), start_);
    }
    return step;
  }
  // Ties take the lowest index.
  [[nodiscard]] Step best_step(int source) const {
    Step best;
    for (int target = 0; target < input_.count; ++target) {
      if (visited_[target]) continue;
      const Step candidate = step(source, target);
      if (candidate.is_better_than(best)) best = candidate;
    }
    return best;
  }

 private:
  [[nodiscard]] int other_than(int target) const {
    int other = 0;
    while (visited_[other] || other == target) ++other;
    return other;
  }

  const PairingInput& input_;
  int start_;
  std::vector<bool> visited_;
  int left_;
};

// Recorded partners come from a file, so numbers may be out of range, and a walk may never come
// back.
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

// Keeps nothing between calls: one object serves all threads.
class GreedyPairing final : public Pairing {
 public:
  [[nodiscard]] std::vector<int> pair(const PairingInput& input) const override {
    GUIDEDMIXUP_CHECK(input.distances->count(), ==, input.count);
    if (input.count == 1) return {0};
    Step step = best_start(input);
    const int start = step.source;
    Walk walk(input, start);
    std::vector<int> partner(input.count);
    for (;;) {
      partner[step.source] = step.target;
      walk.visit(step.target);
      if (walk.is_done()) break;
      step = walk.best_step(step.target);
    }
    partner[step.target] = start;
    return partner;
  }

  [[nodiscard]] std::optional<std::string> disagreement(const PairingInput& input,
                                                        std::span<const int> recorded,
                                                        float slack) const override {
    if (static_cast<int>(recorded.size()) != input.count || !is_single_cycle(recorded)) {
      return "the partners are not one cycle through the mini-batch";
    }
    if (input.count == 1) return std::nullopt;
    const Step best = best_start(input);
    // The walk may have begun at any pair that is as good as the best, within the slack.
    std::optional<std::string> reason =
        "no pair of the cycle is the farthest that it could have begun with";
    for (int start = 0; start < input.count; ++start) {
      if (!step_of(input, start, recorded[start]).is_as_good_as(best, slack)) continue;
      reason = walk_disagreement(input, recorded, start, slack);
      if (!reason) return std::nullopt;
    }
    return reason;
  }

 private:
  static std::optional<std::string> walk_disagreement(const PairingInput& input,
                                                      std::span<const int> recorded, int start,
                                                      float slack) {
    Walk walk(input, start);
    walk.visit(recorded[start]);
    for (int source = recorded[start]; recorded[source] != start; source = recorded[source]) {
      const int target = recorded[source];
      const Step step = walk.step(source, target);
      const Step best = walk.best_step(source);
      if (!step.is_as_good_as(best, slack)) {
        return "image " + std::to_string(source) + " is mixed with " + std::to_string(target) +
               ", but " + std::to_string(best.target) + " was still free and " +
               (step.uses == best.uses ? "farther away" : "used less often");
      }
      walk.visit(target);
    }
    return std::nullopt;
  }
};

}  // namespace

const PairingInfo kGreedyPairing{
    .name = "greedy",
    .summary = "one cycle; each step goes to the farthest saliency map that is left",
    .paper = "Kang and Kim, AAAI 2023, algorithm 1 with the correction of the released code",
    .needs_distances = true,
    .avoids_used_pairs = true,
    .distance = "l2",
    .make = [](const ParameterValues&) -> std::unique_ptr<Pairing> {
      return std::make_unique<GreedyPairing>();
    }};

}  // namespace guidedmixup

/// Counter-based random numbers: every draw is a function of (seed, round, batch, slot, purpose),
/// so that no result depends on threads, tasks or what was drawn before.
///
/// The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// 2011). Distributions are this project's own, since those of the standard library differ between
/// libraries. The method is no part of the key: methods that run side by side see equal batches and
/// equal random partners.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <guidedmixup/core/host_device.hpp>

namespace guidedmixup {

/// What a draw is for. Each part owns its purposes: there is no list of them. They are part of the
/// output's identity, so neither a name nor a number may change once it was released.
enum class Purpose : std::uint32_t {};

/// The oldest purposes are numbers below this.
inline constexpr std::uint32_t kNumberedPurposes = 16;

/// The purpose of that name: 32 bits of its text (FNV-1a). Names are "part/what", and so differ
/// between parts. No name gives the number of an old purpose.
[[nodiscard]] consteval Purpose purpose_of(std::string_view name) {
  std::uint32_t bits = 0x811C9DC5U;
  for (const char c : name) bits = (bits ^ static_cast<unsigned char>(c)) * 0x01000193U;
  if (bits < kNumberedPurposes)
    throw "choose another name";  // reached by a compiler only, which refuses it
  return Purpose{bits};
}

/// The slot of draws that belong to the whole mini-batch.
inline constexpr std::uint32_t kWholeBatch = 0xFFFFFF;

/// Names one stream of draws. `slot` is the place in the plan and must be below 2^24.
struct DrawKey {
  std::uint64_t seed = 0;
  std::uint32_t round = 0;
  std::uint32_t batch = 0;
  std::uint32_t slot = kWholeBatch;
  Purpose purpose{};

  /// The same round and mini-batch, for this purpose.
  [[nodiscard]] DrawKey with(Purpose other, std::uint32_t of_slot = kWholeBatch) const {
    return {.seed = seed, .round = round, .batch = batch, .slot = of_slot, .purpose = other};
  }
};

/// Philox4x32 with 10 rounds: four 32-bit words for each counter. Valid on host and device.
GUIDEDMIXUP_HOST_DEVICE inline std::array<std::uint32_t, 4> philox4x32(
    std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32U) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32U) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

/// The draws of one key, in order. Not for use by two threads at once; cheap to make.
class DrawStream {
 public:
  explicit DrawStream(const DrawKey& key);

  /// 32 uniform bits.
  std::uint32_t next();
  /// Uniform on [0, 1), 53 bits.
  double uniform();
  /// Uniform on {0, ..., n - 1} without bias; n must be at least 1.
  std::uint32_t below(std::uint32_t n);
  /// Two independent numbers of the standard normal distribution (Box and Muller 1958), from two
  /// uniform ones.
  std::array<double, 2> normal_pair();
  /// Beta(alpha, alpha) on [0, 1]; alpha must be positive and finite.
  double beta(double alpha);
  /// A uniform order of 0 ... n - 1 (fixed points allowed).
  std::vector<std::uint32_t> permutation(std::uint32_t n);

 private:
  double gamma(double shape);

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

}  // namespace guidedmixup

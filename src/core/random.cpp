// Draws of a counter-based generator, Philox 4x32 (Salmon et al., 2011): each stream is a function
// of its key, so no thread and no order of work can change what is drawn. Distributions are written
// out here, because those of the standard library differ between libraries.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/random.hpp>

namespace guidedmixup {
namespace {

// In the counter's word of slot and purpose.
constexpr unsigned kPurposeBits = 8;
constexpr std::uint32_t kNamedPurpose = 0xFF;
static_assert(kNumberedPurposes <= kNamedPurpose);

}  // namespace

// The seed is the key; place and purpose are three words of the counter. Its first word numbers the
// blocks of one stream, so the streams of two keys never meet. A purpose by name has 32 bits, for
// which the word of the slot has no room: it goes into the key's upper half, and the purpose of the
// word is then one that no number has. Streams of two seeds below 2^32 never meet either.
DrawStream::DrawStream(const DrawKey& key)
    : key_{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32U)},
      counter_{0, key.slot << kPurposeBits, key.batch, key.round} {
  GUIDEDMIXUP_CHECK(key.slot, <=, kWholeBatch);
  const auto purpose = static_cast<std::uint32_t>(key.purpose);
  const bool has_name = purpose >= kNumberedPurposes;
  if (has_name) key_[1] ^= purpose;
  counter_[1] |= has_name ? kNamedPurpose : purpose;
}

std::uint32_t DrawStream::next() {
  if (used_ == block_.size()) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double DrawStream::uniform() {
  // 27 and 26 bits: a double holds 53, so that every result is a multiple of 2^-53 and 1 cannot
  // come out by rounding.
  const std::uint64_t high = next() >> 5U;
  const std::uint64_t low = next() >> 6U;
  return static_cast<double>((high << 26U) | low) * 0x1p-53;
}

std::uint32_t DrawStream::below(std::uint32_t n) {
  GUIDEDMIXUP_CHECK(n, >=, 1U);
  // Lemire, "Fast random integer generation in an interval", 2019: the high word of a product,
  // drawn again in the few cases that would favour low results.
  std::uint64_t product = std::uint64_t{next()} * n;
  if (static_cast<std::uint32_t>(product) < n) {
    const std::uint32_t threshold = (0U - n) % n;
    while (static_cast<std::uint32_t>(product) < threshold) product = std::uint64_t{next()} * n;
  }
  return static_cast<std::uint32_t>(product >> 32U);
}

std::array<double, 2> DrawStream::normal_pair() {
  // log1p(-u) is the logarithm of 1 - u, and 1 - u is never 0.
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

double DrawStream::gamma(double shape) {
  // Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; shape > 1.
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    // The second one is thrown away, because a stream that keeps it would have a state beside its
    // place.
    const double normal = normal_pair()[0];
    const double root = 1.0 + c * normal;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    if (std::log1p(-uniform()) < 0.5 * normal * normal + d - d * v + d * std::log(v)) return d * v;
  }
}

double DrawStream::beta(double alpha) {
  GUIDEDMIXUP_CHECK(alpha > 0.0 && std::isfinite(alpha), ==, true);
  // Beta(1, 1) is the uniform distribution. The default of all methods takes no logarithm.
  if (alpha == 1.0) return uniform();
  if (alpha > 1.0) {
    // The ratio of two gamma variables is a beta variable.
    const double a = gamma(alpha);
    const double b = gamma(alpha);
    return a / (a + b);
  }
  // Jöhnk's method. Taken in logarithms, because u^(1/alpha) underflows for a small alpha.
  for (;;) {
    const double log_x = std::log1p(-uniform()) / alpha;
    const double log_y = std::log1p(-uniform()) / alpha;
    // Scaled by the larger one before the step out of logarithms, so that one of the two is 1.
    const double larger = std::max(log_x, log_y);
    const double x = std::exp(log_x - larger);
    const double y = std::exp(log_y - larger);
    if (larger + std::log(x + y) <= 0.0) return x / (x + y);
  }
}

// Fisher and Yates, from the end: n - 1 draws, each order equally likely.
std::vector<std::uint32_t> DrawStream::permutation(std::uint32_t n) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::uint32_t i = n; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  return order;
}

}  // namespace guidedmixup

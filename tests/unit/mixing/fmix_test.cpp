// The mixing `fmix`: how many pixels stay, that they are the largest of the field as its definition
// gives it, and what `decay` does.
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <string>

#include <doctest/doctest.h>

#include "support/mixing_batch.hpp"

using namespace guidedmixup;

namespace {

std::unique_ptr<Mixing> make(float alpha, float decay) {
  const MixingInfo& info = *find_mixing("fmix");
  ParameterValues values(info.parameters);
  values.set("alpha", alpha);
  values.set("decay", decay);
  return info.make(values);
}

std::size_t count_of(const std::vector<float>& mask) {
  return static_cast<std::size_t>(std::ranges::count(mask, 1.0F));
}

// Values of the field, term by term, from the draws of the same key.
std::vector<double> plain_field(DrawKey key, Size size, double decay) {
  key.purpose = purpose_of("fmix/noise");
  DrawStream draws(key);
  std::vector<double> field(static_cast<std::size_t>(size.pixels()), 0.0);
  const double lowest = 1.0 / std::max(size.width, size.height);
  for (int u = 0; u < size.height; ++u) {
    for (int v = 0; v <= size.width / 2; ++v) {
      const double fu =
          (2 * u > size.height ? u - size.height : u) / static_cast<double>(size.height);
      const double fv = v / static_cast<double>(size.width);
      const double frequency = std::sqrt(fu * fu + fv * fv);
      const auto [re, im] = draws.normal_pair();
      if (frequency == 0.0) continue;
      // The spectrum is kept in float32.
      const double scale = std::pow(lowest / std::max(frequency, lowest), decay);
      const std::complex<double> value(
          std::complex<float>(std::complex<double>(scale * re, scale * im)));
      // A column and its mirrored one give conjugate terms, but for the first and the middle one.
      const double terms = v == 0 || 2 * v == size.width ? 1.0 : 2.0;
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
          const double turn = 2 * std::numbers::pi * (fu * y + fv * x);
          field[static_cast<std::size_t>(y) * size.width + x] +=
              terms * (value * std::polar(1.0, turn)).real();
        }
      }
    }
  }
  return field;
}

std::vector<std::string> rows_of(const std::vector<float>& mask, Size size) {
  std::vector<std::string> rows(static_cast<std::size_t>(size.height));
  for (std::size_t i = 0; i < mask.size(); ++i) {
    rows[i / static_cast<std::size_t>(size.width)] += mask[i] == 1.0F ? '#' : '.';
  }
  return rows;
}

// The share of neighbours in a row that belong to different images.
double changes(const std::vector<float>& mask, Size size) {
  int different = 0;
  int all = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 1; x < size.width; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * size.width + x;
      different += mask[i] != mask[i - 1] ? 1 : 0;
      ++all;
    }
  }
  return static_cast<double>(different) / all;
}

}  // namespace

// The same draws, worked out in Python by numpy's irfft2 of the half spectrum.
TEST_CASE("fmix: masks that numpy gives for the same draws") {
  const Size size{8, 5};
  const auto batch = test::noise_batch(2, size);
  const auto mask = [&](std::uint32_t number) {
    return rows_of(batch.mask(*make(1.0F, 3.0F), 0, {.seed = 3, .batch = number}), size);
  };
  using Rows = std::vector<std::string>;
  CHECK(mask(0) == Rows{"###..###", "##..####", "########", "########", "########"});
  CHECK(mask(1) == Rows{"........", "........", "........", ".##.....", "........"});
  CHECK(mask(2) == Rows{"....###.", "....##..", ".....#..", "....###.", "....###."});
  CHECK(mask(3) == Rows{"##....##", "#....###", "#....###", "#....###", "##....##"});
}

// The rows of a column differ by less than a transform in float32 can tell, and for a decay of 10
// by less than a double can.
TEST_CASE("fmix decides by exact values what float32 cannot tell apart") {
  const Size size{512, 3};
  const auto batch = test::noise_batch(2, size);
  for (std::uint32_t number = 0; number < 8; ++number) {
    const DrawKey key{.seed = 3, .batch = number};
    const auto mask = batch.mask(*make(1.0F, 10.0F), 0, key);
    for (std::size_t x = 0; x < 512; ++x) {
      // The first rows of those that are equal.
      CHECK((mask[x] >= mask[512 + x] && mask[512 + x] >= mask[1024 + x]));
    }
  }
}

TEST_CASE("fmix gives the image the pixels where the field is largest") {
  for (const Size size :
       {Size{2, 1}, Size{1, 9}, Size{8, 6}, Size{7, 5}, Size{20, 33}, Size{512, 3}}) {
    CAPTURE(size.width);
    const auto batch = test::noise_batch(2, size);
    for (const float decay : {0.0F, 1.5F, 3.0F, 10.0F}) {
      CAPTURE(decay);
      for (std::uint32_t number = 0; number < 8; ++number) {
        const DrawKey key{.seed = 3, .batch = number};
        const auto mask = batch.mask(*make(1.0F, decay), 0, key);
        const auto field = plain_field(key, size, static_cast<double>(decay));
        double smallest_own = INFINITY;
        double largest_other = -INFINITY;
        double largest = 0;
        for (std::size_t i = 0; i < mask.size(); ++i) {
          double& bound = mask[i] == 1.0F ? smallest_own : largest_other;
          bound = mask[i] == 1.0F ? std::min(bound, field[i]) : std::max(bound, field[i]);
          largest = std::max(largest, std::abs(field[i]));
        }
        CHECK(smallest_own >= largest_other - 1e-12 * largest);
      }
    }
  }
}

TEST_CASE("fmix: the share of the image's pixels is lambda within one pixel, and is the weight") {
  const Size size{33, 20};
  const auto batch = test::noise_batch(3, size);
  const auto mixing = make(1.0F, 3.0F);
  bool down = false;
  bool up = false;
  for (std::uint32_t number = 0; number < 40; ++number) {
    const DrawKey key{.seed = 1, .batch = number};
    const MixedImage mixed = batch.mix(*mixing, 0, key);
    const auto mask = batch.mask(*mixing, 0, key);
    const auto own = static_cast<double>(count_of(mask));
    const double exact = static_cast<double>(std::get<float>(mixed.draws.at(0).value)) * 33 * 20;
    CHECK(std::abs(own - exact) < 1.001);
    down = down || own < exact;
    up = up || own > exact;
    CHECK(count_of(mask) + static_cast<std::size_t>(std::ranges::count(mask, 0.0F)) == mask.size());
    CHECK(mixed.sources[0].weight == static_cast<float>(own / (33 * 20)));
    CHECK(batch.mask(*mixing, 2, key) == mask);
  }
  CHECK((down && up));
}

TEST_CASE("fmix: decay 0 gives single pixels, more gives larger regions") {
  const Size size{64, 64};
  const auto batch = test::noise_batch(2, size);
  DrawKey key{.seed = 6};
  std::vector<float> noise;
  double own = 0;
  // One of the first mini-batches in which both images have many pixels.
  for (; own < 0.3 || own > 0.7; ++key.batch) {
    REQUIRE(key.batch < 50);
    noise = batch.mask(*make(1.0F, 0.0F), 0, key);
    own = static_cast<double>(count_of(noise)) / (64 * 64);
  }
  --key.batch;
  // Neighbours that know nothing of each other; 4032 pairs have a deviation of 0.008.
  CHECK(changes(noise, size) == doctest::Approx(2 * own * (1 - own)).epsilon(0.1));
  const double some = changes(batch.mask(*make(1.0F, 1.0F), 0, key), size);
  const double few = changes(batch.mask(*make(1.0F, 3.0F), 0, key), size);
  CHECK(some < changes(noise, size) / 2);
  CHECK(few < some / 2);
}

TEST_CASE("fmix with alpha 0 mixes nothing") {
  const auto batch = test::noise_batch(2, {9, 9});
  const MixedImage mixed = batch.mix(*make(0.0F, 3.0F), 0);
  CHECK(std::ranges::equal(mixed.pixels.span(), batch.pixels(0)));
  CHECK(mixed.sources[0].weight == 1.0F);
}

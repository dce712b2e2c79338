#include <cmath>
#include <complex>
#include <numbers>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/fourier.hpp>
#include <guidedmixup/core/random.hpp>

using namespace guidedmixup;

namespace {

FloatBuffer noise(std::size_t count) {
  DrawStream draws({.seed = 4, .purpose = purpose_of("test/noise")});
  FloatBuffer values(2 * count);
  for (float& value : values) value = static_cast<float>(draws.uniform()) - 0.5F;
  return values;
}

std::complex<double> value(const FloatBuffer& values, std::size_t i) {
  return {values[2 * i], values[2 * i + 1]};
}

// e^(-+2 pi i k / n)
std::complex<double> root(std::size_t k, std::size_t n, FourierDirection direction) {
  const double angle = 2.0 * std::numbers::pi * static_cast<double>(k % n) / static_cast<double>(n);
  return std::polar(1.0, direction == FourierDirection::kForward ? -angle : angle);
}

bool near(std::complex<double> a, std::complex<double> b) { return std::abs(a - b) < 1e-4; }

}  // namespace

TEST_CASE("lines of any length and layout become the sums of the definition") {
  const FourierLines layouts[] = {{.length = 8, .count = 3, .stride = 1, .distance = 11},
                                  {.length = 7, .count = 4, .stride = 5, .distance = 1},
                                  {.length = 1, .count = 2, .stride = 1, .distance = 1}};
  for (const FourierLines& lines : layouts) {
    CAPTURE(lines.length);
    for (const auto direction : {FourierDirection::kForward, FourierDirection::kInverse}) {
      const FloatBuffer before = noise(64);
      FloatBuffer after = before;
      FourierTransform(lines, direction).apply(after.data());
      std::vector<bool> written(64);
      for (std::size_t k = 0; k < lines.count; ++k) {
        for (std::size_t u = 0; u < lines.length; ++u) {
          std::complex<double> sum;
          for (std::size_t x = 0; x < lines.length; ++x) {
            sum += value(before, k * lines.distance + x * lines.stride) *
                   root(u * x, lines.length, direction);
          }
          const std::size_t place = k * lines.distance + u * lines.stride;
          CHECK(near(value(after, place), sum));
          written[place] = true;
        }
      }
      for (std::size_t i = 0; i < 64; ++i) {
        if (!written[i]) CHECK(value(after, i) == value(before, i));
      }
    }
  }
}

TEST_CASE("an image is transformed along both axes") {
  const Size size{5, 3};
  const FloatBuffer before = noise(15);
  FloatBuffer after = before;
  transform_image(after.data(), size, FourierDirection::kInverse);
  for (std::size_t u = 0; u < 3; ++u) {
    for (std::size_t v = 0; v < 5; ++v) {
      std::complex<double> sum;
      for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t x = 0; x < 5; ++x) {
          sum += value(before, 5 * y + x) * root(u * y, 3, FourierDirection::kInverse) *
                 root(v * x, 5, FourierDirection::kInverse);
        }
      }
      CHECK(near(value(after, 5 * u + v), sum));
    }
  }
}

TEST_CASE("many threads may ask for new lines at the same time") {
  std::vector<std::thread> threads;
  std::vector<FloatBuffer> results(8);
  for (std::size_t t = 0; t < results.size(); ++t) {
    threads.emplace_back([&results, t] {
      for (int length = 31; length < 47; ++length) {
        FloatBuffer values = noise(static_cast<std::size_t>(length) * 2);
        transform_image(values.data(), {length, 2}, FourierDirection::kForward);
        results[t] = std::move(values);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const FloatBuffer& result : results) CHECK(result == results.front());
}

// Values of the F(n, S) fixtures for the authors' spectral residual, raw pixels, no antialiasing;
// and the fast transform beside the plain one.
#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/core/saliency_map.hpp>
#include <guidedmixup/saliency/gaussian_blur.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "../../../src/saliency/plain_spectral_residual.hpp"
#include "support/fixture.hpp"

using namespace guidedmixup;
using test::fixture_images;

namespace {

std::vector<float> residual_of(const Image& image, double floor = kSpectrumFloor) {
  const Size grid = spectral_grid(image.size());
  std::vector<float> grey;
  std::vector<float> map;
  grey_on_grid(image.view(), grid, grey);
  SpectralResidual(grid, floor).residual(grey, map);
  return map;
}

std::vector<float> plain_residual_of(const Image& image) {
  const Size grid = spectral_grid(image.size());
  std::vector<float> grey;
  grey_on_grid(image.view(), grid, grey);
  return plain_spectral_residual(grey, grid, kSpectrumFloor);
}

// The largest difference, as a share of the largest value.
template <typename Expected>
double difference(const std::vector<float>& map, const std::vector<Expected>& expected) {
  REQUIRE(map.size() == expected.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < map.size(); ++i) {
    worst = std::max(worst, std::abs(double{map[i]} - double{expected[i]}));
  }
  return worst / double{*std::max_element(expected.begin(), expected.end())};
}

double sum_of(const std::vector<float>& map) {
  return std::accumulate(map.begin(), map.end(), 0.0);
}

doctest::Approx close(double value) { return doctest::Approx(value).epsilon(2e-5); }

}  // namespace

TEST_CASE("the fixture itself has its check values") {
  const auto images = fixture_images(4, 32);
  int sum = 0;
  for (const Image& image : images) {
    sum = std::accumulate(image.span().begin(), image.span().end(), sum);
  }
  CHECK(sum == 998516);
  CHECK(images[0].row(0)[0] == 0);
  CHECK(images[0].row(0)[2] == 49);
  CHECK(images[0].row(5)[21] == 140);
  CHECK(images[3].row(25)[77] == 207);
  CHECK(fixture_images(1, 160)[0].row(100)[37 * 3 + 1] == 65);
}

TEST_CASE("spectral residual of F(4, 32), image 0, without blur") {
  const Image image = fixture_images(4, 32)[0];
  for (const auto& map : {residual_of(image), plain_residual_of(image)}) {
    CHECK(map[0] == close(.00198223));
    CHECK(map[6 * 32 + 6] == close(.0205251));
    CHECK(map[16 * 32 + 16] == close(.0260009));
    CHECK(map[31 * 32 + 31] == close(.0724229));
    const auto largest = std::max_element(map.begin(), map.end());
    CHECK(largest - map.begin() == 11 * 32 + 11);
    CHECK(*largest == close(.229141));
    CHECK(sum_of(map) == close(30.3373));
  }
}

TEST_CASE("spectral residual of F(4, 32), image 0, blurred") {
  auto map = residual_of(fixture_images(4, 32)[0]);
  std::vector<float> scratch;
  GaussianBlur(7, 3.0F).apply(map, {32, 32}, scratch);
  CHECK(map[0] == close(.117318));
  CHECK(map[6 * 32 + 6] == close(.0276149));
  CHECK(map[16 * 32 + 16] == close(.0147768));
  CHECK(map[31 * 32 + 31] == close(.0479136));
  CHECK(sum_of(map) == close(30.3355));
}

TEST_CASE("spectral residual of F(1, 160): resized to the grid, blurred there, spread back") {
  // The check values were computed without the spectrum's floor. This image is so regular that the
  // floor takes 0.6% of its map's sum; the second row is the same formula in double with the floor.
  struct Expected {
    double floor, at_0, at_30, at_80, at_159, sum;
  };
  for (const Expected& expected :
       {Expected{0.0, .0172584, .00296048, .00450774, .0151702, 174.521},
        Expected{kSpectrumFloor, .01723034, .003138266, .004435561, .01524831, 175.5575}}) {
    auto map = residual_of(fixture_images(1, 160)[0], expected.floor);
    std::vector<float> scratch;
    GaussianBlur(7, 3.0F).apply(map, {128, 128}, scratch);
    // A map is normalised, the check values are not: the corner tells the scale, since enlarging
    // copies corners.
    const auto geometry = std::make_shared<MapGeometry>(Size{128, 128}, Size{160, 160});
    const auto full = SaliencyMap(geometry, map).full_values();
    const double scale = static_cast<double>(map[0]) / static_cast<double>(full[0]);
    CHECK(full[0] * scale == close(expected.at_0));
    CHECK(full[30 * 160 + 30] * scale == close(expected.at_30));
    CHECK(full[80 * 160 + 80] * scale == close(expected.at_80));
    CHECK(full[159 * 160 + 159] * scale == close(expected.at_159));
    CHECK(scale == close(expected.sum));
  }
}

TEST_CASE("a constant image has a constant map, and a black one has none") {
  // Grey of value 0.5 cannot be written in bytes, so the grey values are given directly.
  std::vector<float> grey(32 * 32, static_cast<float>(0.9999 * 0.5 * kGreyUnit));
  std::vector<float> map;
  SpectralResidual transform({32, 32});
  transform.residual(grey, map);
  for (const float value : map) CHECK(value == doctest::Approx(18.7328).epsilon(1e-4));
  std::fill(grey.begin(), grey.end(), 0.0F);
  transform.residual(grey, map);
  for (const float value : map) CHECK(value == 0.0F);
}

TEST_CASE("any size works: one pixel, one row, odd and prime lengths, wide images of few rows") {
  for (const Size size : {Size{1, 1}, Size{7, 1}, Size{1, 5}, Size{7, 3}, Size{77, 45},
                          Size{127, 131}, Size{300, 100}, Size{100, 300}}) {
    CAPTURE(size.width);
    CAPTURE(size.height);
    const auto map = residual_of(test::noise_image(size, 3));
    CHECK(static_cast<std::int64_t>(map.size()) == spectral_grid(size).pixels());
    for (const float value : map) {
      REQUIRE(std::isfinite(value));
      REQUIRE(value >= 0.0F);
    }
  }
  CHECK(spectral_grid({300, 128}) == Size{300, 128});
  CHECK(spectral_grid({300, 129}) == Size{128, 128});
}

namespace {

// The map from the definition, by sums over all values.
std::vector<double> written_out(const std::vector<float>& grey, Size size) {
  const int h = size.height;
  const int w = size.width;
  using Complex = std::complex<double>;
  const auto turn = [](double part) { return std::polar(1.0, 2 * std::acos(-1.0) * part); };
  std::vector<Complex> spectrum(h * w);
  std::vector<double> log_amplitude(h * w);
  for (int u = 0; u < h; ++u) {
    for (int v = 0; v < w; ++v) {
      Complex sum = 0;
      for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
          sum +=
              static_cast<double>(grey[y * w + x]) * turn(-double(u * y) / h - double(v * x) / w);
        }
      }
      spectrum[u * w + v] = sum;
      log_amplitude[u * w + v] = 0.5 * std::log(std::norm(sum) + 1e-10);
    }
  }
  std::vector<Complex> filtered(h * w);
  for (int u = 0; u < h; ++u) {
    for (int v = 0; v < w; ++v) {
      double mean = 0;
      for (int du = -1; du <= 1; ++du) {
        for (int dv = -1; dv <= 1; ++dv) {
          mean += log_amplitude[std::clamp(u + du, 0, h - 1) * w + std::clamp(v + dv, 0, w - 1)];
        }
      }
      const double log_here = log_amplitude[u * w + v];
      filtered[u * w + v] =
          spectrum[u * w + v] * std::exp(log_here - mean / 9) / std::exp(log_here);
    }
  }
  std::vector<double> map;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      Complex sum = 0;
      for (int u = 0; u < h; ++u) {
        for (int v = 0; v < w; ++v) {
          sum += filtered[u * w + v] * turn(double(u * y) / h + double(v * x) / w);
        }
      }
      map.push_back(std::abs(sum) / (h * w));
    }
  }
  return map;
}

}  // namespace

TEST_CASE("the plain residual agrees with sums written out from the definition") {
  for (const Size size :
       {Size{1, 1}, Size{2, 1}, Size{1, 2}, Size{3, 2}, Size{5, 6}, Size{16, 3}, Size{8, 33}}) {
    CAPTURE(size.width);
    CAPTURE(size.height);
    const Image image = test::noise_image(size, 11);
    std::vector<float> grey;
    grey_on_grid(image.view(), size, grey);
    CHECK(difference(plain_residual_of(image), written_out(grey, size)) <= 1e-5);
  }
}

TEST_CASE("half spectra agree with the plain residual") {
  // Sides where lines mirror themselves or each other, fill vectors or do not.
  for (const Size size :
       {Size{1, 1},   Size{2, 1},   Size{1, 2},     Size{2, 2},     Size{3, 2},
        Size{2, 3},   Size{3, 3},   Size{4, 4},     Size{5, 6},     Size{6, 5},
        Size{16, 3},  Size{17, 4},  Size{32, 8},    Size{35, 9},    Size{8, 33},
        Size{1, 128}, Size{300, 1}, Size{127, 101}, Size{128, 128}, Size{300, 100}}) {
    for (const int seed : {11, 12}) {
      CAPTURE(size.width);
      CAPTURE(size.height);
      const Image image = test::noise_image(size, seed);
      CHECK(difference(residual_of(image), plain_residual_of(image)) <= 1e-5);
    }
  }
  for (const Image& image : fixture_images(4, 32)) {
    CHECK(difference(residual_of(image), plain_residual_of(image)) <= 1e-5);
  }
}

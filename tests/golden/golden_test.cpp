// The figures that the paper's released code computed, stage by stage. The synthetic case is part
// of the repository; the photographs are not, so without ../shared the other cases are skipped
// aloud and the program ends with 77.
#define DOCTEST_CONFIG_IMPLEMENT
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/mixing/blend.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "support/files.hpp"
#include "support/fixture.hpp"
#include "support/golden_images.hpp"
#include "support/npy.hpp"
#include "support/saliency.hpp"
#include "support/shared_data.hpp"
#include "support/vectors.hpp"
#include "support/whole_batch.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

// A golden case has three limits: how far most values may be off, which share may be farther, and
// how far any may be. These are exact computations, so the share is nothing.
constexpr double kMapTolerance = 1e-5;  // of the array's largest value
// Of the unblurred maps, for which no limit was given. The released code computed them in float32:
// in the case of two images they lie 1.28e-5 from the same formula in double.
constexpr double kUnblurredTolerance = 2e-5;
constexpr double kDistanceTolerance = 1e-4;  // relative
constexpr double kLambdaTolerance = 1e-5;

struct Variant {
  const char* golden;
  const char* method;
};
constexpr Variant kVariants[] = {{"blur_once", "guided-sr:blur=grid"},
                                 {"blur_twice", "guided-sr:blur=both"}};

double largest(const std::vector<float>& values) {
  return static_cast<double>(*std::max_element(values.begin(), values.end()));
}

// The largest difference between a part of a golden array and what was computed.
double largest_difference(const std::vector<float>& golden, std::size_t offset,
                          const std::vector<float>& computed) {
  double worst = 0;
  for (std::size_t i = 0; i < computed.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(golden[offset + i]) -
                                     static_cast<double>(computed[i])));
  }
  return worst;
}

void check_unblurred(const fs::path& folder, const std::vector<Image>& images) {
  const test::Array golden = test::read_npy(folder / "saliency_unblurred.npy");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Size size = images[i].size();
    const Size grid = spectral_grid(size);
    std::vector<float> grey;
    std::vector<float> map;
    grey_on_grid(images[i].view(), grid, grey);
    SpectralResidual(grid).residual(grey, map);
    // Spread to the image's size, with the normalisation undone.
    double sum = 0;
    const auto geometry = std::make_shared<MapGeometry>(grid, size);
    for (int y = 0; y < grid.height; ++y) {
      for (int x = 0; x < grid.width; ++x) {
        sum += geometry->row_mass[y] * geometry->column_mass[x] *
               static_cast<double>(map[static_cast<std::size_t>(y) * grid.width + x]);
      }
    }
    std::vector<float> full = SaliencyMap(geometry, map).full_values();
    for (float& value : full) value = static_cast<float>(value * sum);
    CHECK(largest_difference(golden.values, i * full.size(), full) <=
          kUnblurredTolerance * largest(golden.values));
  }
}

void check_maps(const fs::path& file, const Method& method, const std::vector<Image>& images) {
  const test::Array golden = test::read_npy(file);
  const auto detector = method.saliency.info->make(method.saliency.values, images[0].size());
  const auto worker = detector->make_worker();
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto map = test::detect(*worker, images[i]).full_values();
    CHECK(largest_difference(golden.values, i * map.size(), map) <=
          kMapTolerance * largest(golden.values));
  }
}

void check_distances(const fs::path& file, const DistanceMatrix& distances) {
  const test::Array golden = test::read_npy(file);
  const int count = distances.count();
  REQUIRE(golden.values.size() == static_cast<std::size_t>(count) * count);
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) {
      if (i == j) continue;
      CHECK(distances.at(i, j) ==
            doctest::Approx(golden.values[static_cast<std::size_t>(i) * count + j])
                .epsilon(kDistanceTolerance));
    }
  }
}

// Golden pixels are floats in 0..1, planes; ours are bytes. So the mask is checked with the golden
// pixels' tolerance, and the bytes are those pixels rounded, where no rounding edge is near.
void check_pixels(const fs::path& file, const std::vector<Image>& images, const Method& method,
                  const std::vector<int>& partners, const std::vector<MixedImage>& mixed) {
  if (!fs::exists(file)) return;
  const test::Array golden = test::read_npy(file);
  const double tolerance = kMapTolerance * largest(golden.values);
  const auto detector = method.saliency.info->make(method.saliency.values, images[0].size());
  const auto worker = detector->make_worker();
  const auto pixels = static_cast<std::size_t>(images[0].size().pixels());
  for (std::size_t k = 0; k < images.size(); ++k) {
    const auto source = test::detect(*worker, images[k]).full_values();
    const auto target = test::detect(*worker, images[partners[k]]).full_values();
    double worst = 0;
    std::size_t wrong_bytes = 0;
    for (std::size_t p = 0; p < pixels; ++p) {
      const auto m = static_cast<double>(guided_mask(source[p], target[p]));
      for (std::size_t c = 0; c < 3; ++c) {
        const double value =
            (m * images[k].span()[3 * p + c] + (1 - m) * images[partners[k]].span()[3 * p + c]) /
            255;
        const auto expected = static_cast<double>(golden.values[(3 * k + c) * pixels + p]);
        worst = std::max(worst, std::abs(value - expected));
        const double byte = mixed[k].pixels.span()[3 * p + c];
        if (std::abs(byte - 255 * expected) > 0.5 + 255 * tolerance) ++wrong_bytes;
      }
    }
    CHECK(worst <= tolerance);
    CHECK(wrong_bytes == 0);
  }
}

void check_case(const fs::path& folder) {
  CAPTURE(folder.filename().string());
  const auto facts = test::facts_of(folder);
  const std::vector<Image> images = test::read_images(folder, facts.at("images").get<int>());
  check_unblurred(folder, images);
  for (const Variant& variant : kVariants) {
    CAPTURE(variant.golden);
    const std::string prefix = variant.golden;
    const auto& figures = facts.at("variants").at(prefix);
    const Method method = parse_method(variant.method);
    const auto engine = test::cpu_engine(std::span(&method, 1), images[0].size(), serial_for);
    const auto batch = test::prepare_images(*engine, share(images));
    check_maps(folder / (prefix + "_z.npy"), method, images);
    check_distances(folder / (prefix + "_distance.npy"), *batch->distances(0));
    const auto partners = method.pairing.info->make(method.pairing.values)
                              ->pair({batch->count(), batch->distances(0), {}});
    CHECK(partners == figures.at("partner").get<std::vector<int>>());
    const auto mixed = test::mix_all(*batch, 0, partners, {});
    const auto pair_distances = batch->pair_distances(0, partners);
    for (std::size_t k = 0; k < images.size(); ++k) {
      CHECK(std::abs(static_cast<double>(mixed[k].sources[0].weight) -
                     figures.at("lambda_source")[k].get<double>()) <= kLambdaTolerance);
      CHECK(pair_distances[k] == doctest::Approx(figures.at("pair_distance")[k].get<double>())
                                     .epsilon(kDistanceTolerance));
    }
    check_pixels(folder / (prefix + "_mixed.npy"), images, method, partners, mixed);
  }
}

}  // namespace

TEST_CASE("the synthetic case of this repository") {
  check_case(test::source_folder() / "tests" / "golden" / "synthetic-48x48-m6");
}

TEST_CASE("all cases of ../shared/golden") {
  const auto root = test::shared_data("golden");
  if (!root) return;
  int cases = 0;
  for (const auto& entry : fs::directory_iterator(*root)) {
    if (!entry.is_directory()) continue;
    check_case(entry.path());
    ++cases;
  }
  CHECK(cases == 6);
}

int main(int argc, char** argv) {
  if (!test::choose_vectors()) return test::kSkipped;
  doctest::Context context(argc, argv);
  const int result = context.run();
  if (result != 0 || context.shouldExit()) return result;
  return test::shared_data("golden") ? 0 : test::kSkipped;
}

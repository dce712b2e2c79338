// What every registered saliency method must hold, whatever it computes.
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/saliency/detector.hpp>

#include "support/fixture.hpp"
#include "support/saliency.hpp"

using namespace guidedmixup;

namespace {

std::vector<ParameterValues> variants(const SaliencyInfo& info) {
  std::vector<ParameterValues> all{ParameterValues(info.parameters)};
  for (const ParameterInfo& parameter : info.parameters) {
    for (const std::string& choice : parameter.choices) {
      all.emplace_back(info.parameters).set(parameter.name, choice);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every saliency map is finite, non-negative, sums to 1 and repeats") {
  int checked = 0;
  for (const SaliencyInfo* info : saliency_registry()) {
    if (info->make == nullptr) continue;
    for (const ParameterValues& values : variants(*info)) {
      for (const Size size : {Size{32, 32}, Size{1, 1}, Size{7, 3}, Size{45, 77}, Size{90, 150}}) {
        const auto detector = info->make(values, size);
        const auto worker = detector->make_worker();
        for (const Image& image :
             {test::noise_image(size, 5), test::constant_image(size, 0),
              test::constant_image(size, 128), test::constant_image(size, 255)}) {
          const SaliencyMap map = test::detect(*worker, image);
          const auto full = map.full_values();
          CHECK(std::accumulate(full.begin(), full.end(), 0.0) == doctest::Approx(1).epsilon(1e-5));
          for (const float value : full) {
            REQUIRE(std::isfinite(value));
            REQUIRE(value >= 0.0F);
          }
          CHECK(test::detect(*worker, image).full_values() == full);
          CHECK(test::detect(*info, values, image).full_values() == full);
          ++checked;
        }
      }
    }
  }
  CHECK(checked >= 6 * 5 * 4);
}

TEST_CASE("names are found, others are not") {
  CHECK(find_saliency("spectral-residual") != nullptr);
  CHECK(find_saliency("spectral") == nullptr);
}

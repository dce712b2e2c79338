// The fine-grained saliency and its peaks, as OpenCV 5 and the released code of SaliencyMix
// computed them, and the frequency-tuned one, as its sheet's own figures have it. Without ../shared
// these cases are skipped aloud.
#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/saliency/detector.hpp>

#include "support/files.hpp"
#include "support/golden_images.hpp"
#include "support/npy.hpp"
#include "support/saliency.hpp"
#include "support/shared_data.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

struct Computed {
  std::vector<float> levels;  // 0 to 255
  std::ptrdiff_t peak;
};

Computed compute(const Image& image, const std::string& order) {
  const SaliencyInfo& info = *find_saliency("fine-grained");
  ParameterValues values(info.parameters);
  values.set("order", order);
  const auto map = test::detect(info, values, image).full_values();
  const auto peak = std::max_element(map.begin(), map.end());
  Computed computed{{}, peak - map.begin()};
  const bool is_flat = *peak == *std::min_element(map.begin(), map.end());
  for (const float value : map) {
    computed.levels.push_back(is_flat ? 0.0F : std::round(255.0F * value / *peak));
  }
  return computed;
}

// Map k of the array belongs to image map_of[k], whose peak is peaks[k] where these are known.
void check(const std::vector<Image>& images, const test::Array& golden, const std::string& order,
           const std::vector<int>& map_of, const std::vector<std::vector<int>>& peaks) {
  REQUIRE(golden.shape.at(0) == map_of.size());
  const auto pixels = static_cast<std::size_t>(images[0].size().pixels());
  for (std::size_t k = 0; k < map_of.size(); ++k) {
    CAPTURE(k);
    const Computed computed = compute(images[static_cast<std::size_t>(map_of[k])], order);
    const auto first = golden.values.begin() + static_cast<std::ptrdiff_t>(k * pixels);
    CHECK(std::equal(computed.levels.begin(), computed.levels.end(), first,
                     first + static_cast<std::ptrdiff_t>(pixels)));
    if (peaks.empty()) continue;
    CHECK(computed.peak == peaks[k][0] * images[0].size().width + peaks[k][1]);
  }
}

}  // namespace

TEST_CASE("fine-grained maps of the classic detectors' cases") {
  const auto root = test::shared_data("golden-methods");
  if (!root) return;
  const auto folders = test::cases(*root, "saliency-classic-", "fine_grained_bgr.npy");
  CHECK(folders.size() >= 2);
  for (const fs::path& folder : folders) {
    CAPTURE(folder.filename().string());
    const auto images = test::read_images(folder, test::facts_of(folder).at("images").get<int>());
    std::vector<int> each(images.size());
    for (std::size_t k = 0; k < each.size(); ++k) each[k] = static_cast<int>(k);
    check(images, test::read_npy(folder / "fine_grained_bgr.npy"), "bgr", each, {});
  }
}

TEST_CASE("maps and peaks of SaliencyMix's cases of 8 bits") {
  const auto root = test::shared_data("golden-methods");
  if (!root) return;
  int checked = 0;
  for (const fs::path& folder : test::cases(*root, "saliencymix-", "saliency.npy")) {
    CAPTURE(folder.filename().string());
    const auto facts = test::facts_of(folder);
    const std::string input = facts.at("parameters").at("input").get<std::string>();
    if (!input.starts_with("u8_")) continue;  // bytes of floats, which no map is computed from here
    check(test::read_images(folder, facts.at("images").get<int>()),
          test::read_npy(folder / "saliency.npy"), input.substr(3),
          facts.at("saliency_of").get<std::vector<int>>(),
          facts.at("peak").get<std::vector<std::vector<int>>>());
    ++checked;
  }
  CHECK(checked >= 3);
}

TEST_CASE("frequency-tuned maps of the classic detectors' cases") {
  const auto root = test::shared_data("golden-methods");
  if (!root) return;
  const auto folders = test::cases(*root, "saliency-classic-", "frequency_tuned.npy");
  CHECK(folders.size() >= 2);
  const SaliencyInfo& info = *find_saliency("frequency-tuned");
  for (const fs::path& folder : folders) {
    CAPTURE(folder.filename().string());
    const auto images = test::read_images(folder, test::facts_of(folder).at("images").get<int>());
    const test::Array golden = test::read_npy(folder / "frequency_tuned.npy");
    const auto pixels = static_cast<std::size_t>(images[0].size().pixels());
    REQUIRE(golden.values.size() == images.size() * pixels);
    for (std::size_t k = 0; k < images.size(); ++k) {
      CAPTURE(k);
      const auto map =
          test::detect(info, ParameterValues(info.parameters), images[k]).full_values();
      const std::span<const float> expected(&golden.values[k * pixels], pixels);
      const auto largest = static_cast<double>(*std::ranges::max_element(expected));
      const auto ours = static_cast<double>(*std::ranges::max_element(map));
      // A flat image: in the figures nothing but rounding, here the uniform map.
      const bool is_flat = largest < 1e-6;
      double worst = 0;
      for (std::size_t i = 0; i < pixels; ++i) {
        const double wanted = is_flat ? 1.0 : static_cast<double>(expected[i]) / largest;
        worst = std::max(worst, std::abs(static_cast<double>(map[i]) / ours - wanted));
      }
      CHECK(worst <= 1e-5);
    }
  }
}

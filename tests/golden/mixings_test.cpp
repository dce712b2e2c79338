// Boxes that the released code of mixings cut, and the pixels and weights that recipes with these
// boxes give. Without ../shared these cases are skipped aloud.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/mixing/boxes.hpp>
#include <guidedmixup/mixing/recipe.hpp>

#include "support/golden_images.hpp"
#include "support/shared_data.hpp"

using namespace guidedmixup;

namespace {

using Centre = std::array<int, 2>;

RecipeImages sources(const std::vector<Image>& images) {
  return {.image = [&images](int k) { return images.at(k).view(); }, .map = {}};
}

}  // namespace

TEST_CASE("the holes of cutout's cases") {
  const auto root = test::shared_data("golden-methods");
  if (!root) return;
  const auto folders = test::cases(*root, "cutout-", "out_00.png");
  CHECK(folders.size() >= 2);
  for (const auto& folder : folders) {
    CAPTURE(folder.filename().string());
    const auto facts = test::facts_of(folder);
    const int count = facts.at("images").get<int>();
    const auto images = test::read_images(folder, count);
    const auto golden = test::read_images(folder, count, "out_");
    const int half = facts.at("parameters").at("length").get<int>() / 2;
    for (int k = 0; k < count; ++k) {
      CAPTURE(k);
      Recipe recipe{.sources = {k}, .fill = {129, 124, 112}};
      std::vector<std::vector<int>> boxes;
      for (const Centre& centre : facts.at("draws").at("centres")[k].get<std::vector<Centre>>()) {
        const Box hole = box_around({.row = centre[0], .column = centre[1]},
                                    {.width = half, .height = half}, images[k].size());
        boxes.push_back(corners(hole));
        recipe.holes.push_back(hole);
      }
      CHECK(boxes == facts.at("box")[k].get<std::vector<std::vector<int>>>());
      const MixedImage cut = execute(recipe, sources(images));
      CHECK(std::ranges::equal(cut.pixels.span(), golden[k].span()));
    }
  }
}

// The cases of the fine-grained saliency check that the map has its peak there.
TEST_CASE("the boxes of saliencymix's cases, around their peaks") {
  const auto root = test::shared_data("golden-methods");
  if (!root) return;
  const auto folders = test::cases(*root, "saliencymix-", "mixed_00.png");
  CHECK(folders.size() >= 4);
  for (const auto& folder : folders) {
    CAPTURE(folder.filename().string());
    const auto facts = test::facts_of(folder);
    const int count = facts.at("images").get<int>();
    const auto images = test::read_images(folder, count);
    const auto golden = test::read_images(folder, count, "mixed_");
    const auto& peaks = facts.at("peak");
    const auto& lambdas = facts.at("draws").at("lam");
    for (int k = 0; k < count; ++k) {
      CAPTURE(k);
      // One for each image, or one for all.
      const auto peak = peaks.at(peaks.size() > 1 ? k : 0).get<Centre>();
      const auto lambda = lambdas.at(lambdas.size() > 1 ? k : 0).get<double>();
      const Box box = cutmix_box({.row = peak[0], .column = peak[1]}, lambda, images[k].size());
      CHECK(corners(box) == facts.at("box")[k].get<std::vector<int>>());
      const int partner = facts.at("draws").at("partner")[k].get<int>();
      const MixedImage mixed =
          execute({.sources = {k, partner}, .share = BoxShare{.box = box}}, sources(images));
      CHECK(std::ranges::equal(mixed.pixels.span(), golden[k].span()));
      CHECK(mixed.sources[0].weight ==
            doctest::Approx(facts.at("lambda_source")[k].get<double>()).epsilon(1e-6));
    }
  }
}

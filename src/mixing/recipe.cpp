// What a recipe says without its pixels: label weights, and the mask for pictures.
#include <algorithm>
#include <type_traits>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/mixing/boxes.hpp>
#include <guidedmixup/mixing/recipe.hpp>

#include "cells.hpp"

namespace guidedmixup {
namespace {

// By the pixels of each cell, since cells of one grid differ in size by up to a row and a column.
// The last source has the rest, so that the weights sum to 1 in float32 as well.
std::vector<float> cell_weights(const CellShare& cells, std::size_t sources, Size size) {
  std::vector<double> sums(sources, 0.0);
  for_each_cell(cells, size, [&](int cell, const Box& box) {
    for (std::size_t s = 0; s < sources; ++s) {
      sums[s] += area(box) * static_cast<double>(cells.of_sources[cell * sources + s]);
    }
  });
  std::vector<float> weights;
  float rest = 1.0F;
  for (std::size_t s = 0; s + 1 < sources; ++s) {
    weights.push_back(static_cast<float>(sums[s] / static_cast<double>(size.pixels())));
    rest -= weights.back();
  }
  weights.push_back(rest);
  return weights;
}

// A box lies within the image, so nothing is clipped here.
void fill(const Box& box, float value, Size size, std::vector<float>& mask) {
  for (int y = box.row1; y < box.row2; ++y) {
    float* row = mask.data() + static_cast<std::size_t>(y) * size.width;
    std::fill(row + box.column1, row + box.column2, value);
  }
}

// For pictures alone: engines make pixels without ever forming the mask of most kinds.
struct MaskMaker {
  const Recipe& recipe;
  const RecipeImages& images;
  Size size;
  std::vector<float>& mask;  // of ones

  void operator()(const ConstantShare& share) const {
    std::fill(mask.begin(), mask.end(), share.own);
  }
  void operator()(const BoxShare& share) const {
    std::fill(mask.begin(), mask.end(), share.outside);
    fill(share.box, share.inside, size, mask);
  }
  void operator()(const MaskShare& share) const {
    std::copy(share.own->begin(), share.own->end(), mask.begin());
  }
  void operator()(const MapShare& /*share*/) const {
    const std::vector<float> own = images.map(recipe.sources[0]).full_values();
    const std::vector<float> other = images.map(recipe.sources[1]).full_values();
    std::transform(own.begin(), own.end(), other.begin(), mask.begin(), guided_mask);
  }
  void operator()(const CellShare& cells) const {
    for_each_cell(cells, size, [&](int cell, const Box& box) {
      fill(box, cells.of_sources[cell * recipe.sources.size()], size, mask);
    });
  }
  void operator()(const NoPixels& /*share*/) const {}
};

}  // namespace

std::vector<float> two_weights(double own) {
  const auto first = static_cast<float>(own);
  return {first, 1.0F - first};
}

std::vector<float> known_weights(const Recipe& recipe, Size size) {
  const std::size_t sources = recipe.sources.size();
  GUIDEDMIXUP_CHECK(recipe.weights.empty() || recipe.weights.size() == sources, ==, true);
  if (!recipe.weights.empty()) return recipe.weights;
  // Patches cover shares, so the mean of the shares would not be what one sees.
  GUIDEDMIXUP_CHECK(recipe.patches.empty(), ==, true);
  if (sources == 1) return {1.0F};
  if (const auto* share = std::get_if<ConstantShare>(&recipe.share)) return two_weights(share->own);
  if (const auto* share = std::get_if<CellShare>(&recipe.share)) {
    return cell_weights(*share, sources, size);
  }
  if (const auto* share = std::get_if<BoxShare>(&recipe.share)) {
    const auto outside = static_cast<double>(share->outside);
    const auto inside = static_cast<double>(share->inside);
    // One product with the area: exact for shares of 0 and 1.
    return two_weights(outside + (inside - outside) *
                                     (area(share->box) / static_cast<double>(size.pixels())));
  }
  return {};
}

std::vector<float> own_share(const Recipe& recipe, const RecipeImages& images, Size size) {
  std::vector<float> mask(static_cast<std::size_t>(size.pixels()), 1.0F);
  if (recipe.sources.size() > 1) std::visit(MaskMaker{recipe, images, size, mask}, recipe.share);
  for (const Patch& patch : recipe.patches) {
    fill(patch.to, patch.source == 0 ? 1.0F : 0.0F, size, mask);
  }
  for (const Box& hole : recipe.holes) fill(hole, 0.0F, size, mask);
  return mask;
}

}  // namespace guidedmixup

/// Which recipes run on the device, and their outputs. Needs a compiler of CUDA.
#pragma once

#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <guidedmixup/mixing/recipe.hpp>

#include "../host_mixed_batch.hpp"
#include "workspace.hpp"

namespace guidedmixup::cuda {

// The recipes that the kernels have code for: two sources, whole, mixed by the ratio of their maps
// or by shares that are constant or in a box.
struct DeviceRecipes {
  std::vector<Recipe> recipes;
  bool by_maps = false;  ///< all of them, or none
};

/// The share by which MixShares makes a recipe; nothing for other kinds.
[[nodiscard]] inline std::optional<BoxShare> box_share(const Recipe& recipe) {
  if (const auto* share = std::get_if<BoxShare>(&recipe.share)) return *share;
  if (const auto* share = std::get_if<ConstantShare>(&recipe.share)) {
    return BoxShare{.outside = share->own};
  }
  return std::nullopt;
}

[[nodiscard]] inline bool is_plain_pair(const Recipe& recipe, int k) {
  return recipe.sources.size() == 2 && recipe.sources[0] == k && recipe.moved.empty() &&
         recipe.patches.empty() && recipe.holes.empty();
}

/// Nothing as soon as one is of another kind.
[[nodiscard]] inline std::optional<DeviceRecipes> device_recipes(const HostMixedBatch& host,
                                                                 int count, bool has_maps) {
  DeviceRecipes result;
  for (int k = 0; k < count; ++k) {
    // Asked of every output, since one mixing may decide for each anew, some unmixed.
    Recipe& recipe = result.recipes.emplace_back(host.recipe(k));
    const bool by_maps = std::holds_alternative<MapShare>(recipe.share);
    if (k == 0) result.by_maps = by_maps;
    // Maps that the host has computed are not on the device, so their ratio is a recipe for the
    // host.
    const bool has_code = by_maps ? has_maps : box_share(recipe).has_value();
    // All or nothing: a mini-batch whose outputs came from both sides would have to be put together
    // again.
    if (!is_plain_pair(recipe, k) || !has_code || by_maps != result.by_maps) return std::nullopt;
  }
  return result;
}

/// Outputs that are on their way from the device, piece by piece.
class CudaMixedBatch final : public MixedBatch {
 public:
  CudaMixedBatch(Workspace& space, DeviceRecipes recipes, Size size)
      : space_(space),
        recipes_(std::move(recipes)),
        size_(size),
        pieces_(space.pieces(static_cast<int>(recipes_.recipes.size()))) {}

  [[nodiscard]] MixedImage output(int k) const override {
    space_.pieces_done[pieces_.of(k)].wait();
    const Recipe& recipe = recipes_.recipes[k];
    MixedImage mixed;
    // A copy out of the pinned memory, which the next method writes to.
    mixed.pixels = Image::uninitialized(size_);
    const std::size_t bytes = space_.image_bytes();
    std::memcpy(mixed.pixels.span().data(), space_.out.data() + bytes * static_cast<std::size_t>(k),
                bytes);
    // Guided mixing's weight is the mean of the mask, which the kernel has summed up.
    std::vector<float> weights = known_weights(recipe, size_);
    if (weights.empty()) {
      weights = two_weights(space_.sums.data()[k] / static_cast<double>(size_.pixels()));
    }
    for (std::size_t s = 0; s < weights.size(); ++s) {
      mixed.sources.push_back({.image = recipe.sources[s], .weight = weights[s]});
    }
    mixed.draws = recipe.draws;
    return mixed;
  }

  [[nodiscard]] Recipe recipe(int k) const override { return recipes_.recipes[k]; }

 private:
  Workspace& space_;
  DeviceRecipes recipes_;
  Size size_;
  Pieces pieces_;
};

}  // namespace guidedmixup::cuda

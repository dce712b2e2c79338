/// Outputs that the host makes: for the CPU engine all of them, for others what they have no code
/// for.
#pragma once

#include <utility>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/mixing/mixing.hpp>

namespace guidedmixup {

// Decides once, when it is made; outputs are then independent of each other.
class HostMixedBatch final : public MixedBatch {
 public:
  /// What `input` refers to outlives this; its maps are asked for only when a recipe needs them.
  HostMixedBatch(const Mixing& mixing, MixingInput input)
      : input_(std::move(input)), recipe_of_(mixing.decide(input_)) {
    images_.image = [this](int k) { return input_.samples[k].image->view(); };
    images_.map = input_.map;
  }

  [[nodiscard]] MixedImage output(int k) const override { return execute(recipe_of_(k), images_); }
  [[nodiscard]] Recipe recipe(int k) const override { return recipe_of_(k); }

 private:
  MixingInput input_;
  RecipeOf recipe_of_;
  RecipeImages images_;
};

}  // namespace guidedmixup

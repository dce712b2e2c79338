/// Outputs that the host makes: for the CPU engine all of them, for others what they have no code
/// for.
#pragma once

#include <span>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/mixing/mixing.hpp>

namespace guidedmixup {

// Decides once, when it is made; outputs are then independent of each other.
class HostMixedBatch final : public MixedBatch {
 public:
  /// Takes what PreparedBatch::mix of `prepared` does; all but the key outlive this. Maps are asked
  /// for only when a recipe needs them.
  HostMixedBatch(const MethodSet& methods, int method, const PreparedBatch& prepared,
                 std::span<const int> partners, const DrawKey& key)
      : input_{.samples = prepared.samples(),
               .partners = partners,
               .size = methods.size(),
               .key = key,
               .map = [&prepared, method](int k) -> const SaliencyMap& {
                 return prepared.map(method, k);
               }} {
    const Mixing* mixing = methods.mixing(method);
    GUIDEDMIXUP_CHECK(mixing != nullptr, ==, true);
    recipe_of_ = mixing->decide(input_);
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

/// Mixing: from the samples of a mini-batch, their maps and partners, to a recipe for each output.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <guidedmixup/core/batch_sample.hpp>
#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/core/registry.hpp>
#include <guidedmixup/mixing/recipe.hpp>

namespace guidedmixup {

/// What a mixing may look at: the usable samples of one mini-batch, with what belongs to them in
/// the same order.
struct MixingInput {
  std::span<const BatchSample> samples{};
  std::span<const int> partners{};  ///< empty unless the mixing needs partners
  Size size{};                      ///< of all images
  DrawKey key{};                    ///< names mini-batch and round; slot and purpose are ignored
  /// The map of image k; only for a mixing that needs maps. May be called from several threads.
  std::function<const SaliencyMap&(int k)> map{};
};

/// Gives the recipe of output k. May be called from several threads, in any order.
using RecipeOf = std::function<Recipe(int k)>;

/// A way of mixing. Immutable: safe to use from any thread.
class Mixing {
 public:
  Mixing() = default;
  Mixing(const Mixing&) = delete;
  Mixing& operator=(const Mixing&) = delete;
  virtual ~Mixing() = default;

  /// Decides for the whole mini-batch what its outputs have in common; what each has of its own is
  /// decided when its recipe is asked for, so that a mini-batch never has all its masks in memory.
  /// `input` and the mixing itself outlive the result.
  [[nodiscard]] virtual RecipeOf decide(const MixingInput& input) const = 0;
};

/// A registered mixing and its traits, which are all that the rest of the program knows of it.
struct MixingInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view paper{};
  std::vector<ParameterInfo> parameters{};
  bool needs_maps = false;     ///< to decide, or for the shares
  bool needs_labels = false;   ///< looks at the samples' classes
  bool needs_partners = true;  ///< one for each image
  /// Usable samples that it needs at least; a smaller mini-batch is written as it is.
  int smallest_batch = 2;
  int most_sources = 2;    ///< of one output, at most; 0: as many as the mini-batch has
  bool has_pixels = true;  ///< false: its outputs are labels alone
  /// Weights are means of shares: an image mixed with itself is unchanged. False: they are of other
  /// origin, or an output is more than its sources.
  bool weights_are_shares = true;
  /// Whether label weights sum to 1, which may depend on parameters; null: always.
  bool (*label_sums_to_one)(const ParameterValues& values) = nullptr;
  /// Memory that deciding for a mini-batch takes at most, in bytes for each pixel of one image.
  int deciding_bytes = 0;
  bool on_device = false;  ///< its recipes are of kinds that a device has code for
  /// What is recorded for an image that was left as it is: the names of its draws in order, with
  /// the values that mean no mixing. Empty: it draws nothing, so an image and its partner always
  /// give the same output.
  std::vector<Draw> unmixed_draws{};
  /// The other parts of the method that bears this mixing's own name.
  std::string_view usual_saliency = "none";
  std::string_view usual_pairing = "random";
  /// Null for `none`: images are written as they are.
  std::unique_ptr<Mixing> (*make)(const ParameterValues& values) = nullptr;

  [[nodiscard]] bool draws() const { return !unmixed_draws.empty(); }
  /// Whether a mini-batch of so many usable samples is mixed, not written as it is.
  [[nodiscard]] bool mixes(std::ptrdiff_t samples) const {
    return make != nullptr && samples >= smallest_batch;
  }
};

/// All mixings, in the order in which they are shown.
[[nodiscard]] std::span<const MixingInfo* const> mixing_registry();

/// The entry of that name, or null.
[[nodiscard]] inline const MixingInfo* find_mixing(std::string_view name) {
  return find_entry(mixing_registry(), name);
}

}  // namespace guidedmixup

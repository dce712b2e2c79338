/// Mixing: from the images of a mini-batch, their maps and partners, to new images with soft
/// labels.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <guidedmixup/core/draw.hpp>
#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/parallel.hpp>
#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/random.hpp>
#include <guidedmixup/core/saliency_map.hpp>
#include <guidedmixup/mixing/blend.hpp>

namespace guidedmixup {

/// The part of a soft label that comes from one image of the mini-batch.
struct SourceWeight {
  int image = 0;  ///< index into MixingInput::images
  float weight = 1.0F;
};

/// One output.
struct MixedImage {
  Image pixels;                       ///< empty for a method that makes labels only
  std::vector<SourceWeight> sources;  ///< the image itself first; need not sum to 1
  std::vector<Draw> draws;            ///< the same names in the same order for each output
};

/// The usable images of one mini-batch and what belongs to them, all in the same order.
struct MixingInput {
  std::span<const ImageView> images;
  std::span<const SaliencyMap> maps;     ///< empty unless the mixing needs saliency
  std::span<const int> partners;         ///< empty unless the mixing needs partners
  std::span<const std::uint32_t> slots;  ///< the place of each image in the plan
  DrawKey key;                           ///< names the mini-batch; slot and purpose are ignored
};

/// Takes output k of a mini-batch. Called once for each k, in any order, perhaps at the same time.
using UseMixed = std::function<void(int k, MixedImage mixed)>;

/// Mixing that needs no more than one formula for each pixel, for engines that mix elsewhere.
struct MixingFormula {
  /// By the saliency of both images (`guided_mask`); else by `inside` and `outside` of `box`.
  bool by_saliency = false;
  Box box;
  float inside = 1.0F;   ///< the source's weight within the box
  float outside = 1.0F;  ///< and elsewhere
  double lambda = 1.0;   ///< the source's weight in the soft label, unless by saliency
  std::vector<Draw> draws;
};

/// A way of mixing. Immutable: safe to use from any thread.
class Mixing {
 public:
  Mixing() = default;
  Mixing(const Mixing&) = delete;
  Mixing& operator=(const Mixing&) = delete;
  virtual ~Mixing() = default;

  /// One output for each image, handed to `use` as soon as it is made, by the thread that made it:
  /// what is done with it then finds it in that thread's cache, and a mini-batch never has all its
  /// outputs in memory. Computed through `parallel`; `use` is called within its pieces.
  virtual void mix(const MixingInput& input, const ParallelFor& parallel,
                   const UseMixed& use) const = 0;

  /// The formula of a mini-batch; nothing where mixing is more than one.
  [[nodiscard]] virtual std::optional<MixingFormula> formula(const DrawKey& /*key*/,
                                                             Size /*size*/) const {
    return std::nullopt;
  }

  /// The draws of an image that was left as it is: the names that `mix` records, with the values
  /// that mean no mixing.
  [[nodiscard]] virtual std::vector<Draw> neutral_draws() const { return {}; }

  /// The weight of image k itself at each pixel of output k, row by row: for pictures.
  [[nodiscard]] virtual std::vector<float> mask(const MixingInput& input, int k) const = 0;
};

/// What the rest of the program must know of a mixing.
struct MixingTraits {
  bool needs_saliency = false;
  bool needs_partners = false;
  bool label_sum_to_one = true;
  bool draws = false;  ///< random numbers: a pair that comes again gives another picture
};

/// A registered mixing. `make` is null for `none`: images are written as they are.
struct MixingInfo : PartInfo, MixingTraits {
  std::unique_ptr<Mixing> (*make)(const ParameterValues& values) = nullptr;
};

/// All mixings, in the order in which they are shown.
[[nodiscard]] std::span<const MixingInfo* const> mixing_registry();

/// The entry of that name, or null.
[[nodiscard]] const MixingInfo* find_mixing(std::string_view name);

/// A method is a named triple of parts.
struct MethodInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view paper;
  std::string_view saliency;
  std::string_view pairing;
  std::string_view mixing;
};

/// All methods, in the order in which they are shown.
[[nodiscard]] std::span<const MethodInfo> method_registry();

}  // namespace guidedmixup

/// A recipe says what one output is made of. A mixing decides it; engines make pixels from it,
/// pictures draw its mask, and a check compares it. It is the one truth about an output.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <variant>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/draw.hpp>
#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/saliency_map.hpp>
#include <guidedmixup/mixing/blend.hpp>

namespace guidedmixup {

// How much of each pixel the sources have. "Own" is the share of the first source; where there are
// two, the second has the rest. Shares lie in 0..1.

// BoxShare stands in blend.hpp, since devices know it as well.

/// The same share everywhere.
struct ConstantShare {
  float own = 1.0F;
};

/// A share for each pixel: height x width, row by row.
struct MaskShare {
  SharedValues own;
};

/// The ratio of the two sources' saliency maps (`guided_mask`: Kang and Kim 2023, equation 2).
struct MapShare {};

/// A grid of cells, as equal as whole pixels allow: cell row i begins at pixel row
/// floor(i height / rows). `of_sources` holds rows x columns x sources shares, which sum to 1 for
/// each cell. Any number of sources.
struct CellShare {
  int rows = 1;
  int columns = 1;
  std::vector<float> of_sources;
};

/// The output is a label alone: the mixing happens elsewhere.
struct NoPixels {};

using Share = std::variant<ConstantShare, BoxShare, MaskShare, MapShare, CellShare, NoPixels>;

/// Blocks of a source that stand at other places before it is mixed. The grid divides the image
/// without a rest. Place j, counted row by row, gets block from[j]; -1: the fill colour.
struct MovedBlocks {
  int rows = 1;
  int columns = 1;
  std::vector<int> from;
};

/// A rectangle of a source, resized into a rectangle of the output: bilinear, corners on corners
/// (u = o (in - 1) / (out - 1), and 0 where out is 1). Rectangles of one size are copied. Both lie
/// within the image and are not empty.
struct Patch {
  int source = 0;  ///< index into Recipe::sources
  Box from;
  Box to;
};

/// The steps in order: sources (their blocks moved), shares, patches over that, holes over that.
struct Recipe {
  std::vector<int> sources;            ///< images of the mini-batch; the image itself first
  std::vector<MovedBlocks> moved{};    ///< empty, or one for each source
  Share share{};                       ///< one source alone needs none
  std::vector<Patch> patches{};        ///< later ones cover earlier ones
  std::vector<Box> holes{};            ///< filled with `fill`
  std::array<std::uint8_t, 3> fill{};  ///< R, G, B
  /// Label weight of each source; empty: the mean of its share. Patches need them given.
  std::vector<float> weights{};
  std::vector<Draw> draws{};  ///< the same names in the same order for each output
};

/// The part of a soft label that comes from one image of the mini-batch.
struct SourceWeight {
  int image = 0;  ///< index of the mini-batch
  float weight = 1.0F;
};

/// One output.
struct MixedImage {
  Image pixels;                       ///< empty for NoPixels
  std::vector<SourceWeight> sources;  ///< the image itself first; need not sum to 1
  std::vector<Draw> draws;
};

/// What recipes refer to: the images of a mini-batch, all of one size, and their maps. `map` is
/// called for MapShare only. Both may be called from several threads.
struct RecipeImages {
  std::function<ImageView(int image)> image;
  std::function<const SaliencyMap&(int image)> map;
};

/// Makes the output of a recipe, on one thread. Equal arguments give equal bytes on every machine,
/// but for sums of masks, which are equal on machines with vectors of one kind.
[[nodiscard]] MixedImage execute(const Recipe& recipe, const RecipeImages& images);

/// The share of the first source in each pixel of the output, row by row: for pictures. Of `size`,
/// that of the images. Pixels of other sources' patches, and holes, have 0.
[[nodiscard]] std::vector<float> own_share(const Recipe& recipe, const RecipeImages& images,
                                           Size size);

/// The label weights that a recipe has without its pixels: given ones, or means of shares that are
/// not by map or mask; empty for those.
[[nodiscard]] std::vector<float> known_weights(const Recipe& recipe, Size size);

/// Two sources: `own` for the first, the rest for the second, in float32.
[[nodiscard]] std::vector<float> two_weights(double own);

}  // namespace guidedmixup

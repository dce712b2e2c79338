/// How the steps of saliency follow one another. `On` runs them: the device, or plain loops on the
/// host in the tests. It has
///   for_each(images, count, step)   step(k, j) for each element j of each image k
///   sum(images, count, step, out)   the same; out[k] = the sum of step(k, j), in a fixed order
///   forward(real, half)             half spectra of all images on the grid, not scaled
///   inverse(values)                 complex inverse transforms in place, not scaled
#pragma once

#include <utility>

#include "steps.hpp"

namespace guidedmixup::cuda {

/// What does not change from mini-batch to mini-batch. Pointers lead to the memory of `On`.
struct SaliencyShape {
  Extent full;
  Extent grid;  ///< of the transform
  Extent map;   ///< of the map that is kept: the grid or the full size
  Axis image_to_grid_rows;
  Axis image_to_grid_columns;
  Axis grid_to_full_rows;
  Axis grid_to_full_columns;
  Axis map_to_full_rows;
  Axis map_to_full_columns;
  const double* row_mass;
  const double* column_mass;
  const float* taps;
  int radius;
  bool uniform;
  bool blur_grid;
  bool blur_image;
  bool vectors_are_maps;  ///< at full size
  bool vectors_are_full;  ///< where the map is longer than the image
  Factor row_factor;
  Factor column_factor;

  [[nodiscard]] Extent half() const { return {grid.width / 2 + 1, grid.height}; }
  [[nodiscard]] Extent vector() const { return vectors_are_full ? full : map; }
  /// The larger of grid and map: what `map` and `scratch` of the arrays hold for each image.
  [[nodiscard]] Extent longer() const { return map.pixels() > grid.pixels() ? map : grid; }
};

/// Arrays for `count` images; `sums` has one value each.
struct SaliencyArrays {
  int count;
  float* grey;
  float* half;
  float* logs;
  float* filtered;
  float* map;
  float* scratch;
  float* vectors;  ///< null where the vectors are the maps
  double* sums;
};

/// Where the results lie.
struct SaliencyResult {
  const float* maps;
  const float* vectors;
};

[[nodiscard]] inline Maps maps_of(const SaliencyShape& shape, const float* map) {
  return {map, shape.map, shape.full, shape.map_to_full_rows, shape.map_to_full_columns};
}

/// Leaves the complex image in `at.filtered`, whose magnitudes are the saliency.
template <typename On>
void spectral_residual(On& on, const SaliencyShape& shape, const Images& images,
                       const SaliencyArrays& at) {
  const int pixels = shape.grid.pixels();
  on.sum(at.count, pixels,
         GreyOnGrid{images, shape.grid, shape.image_to_grid_rows, shape.image_to_grid_columns,
                    at.grey},
         at.sums);
  on.for_each(at.count, pixels, LessMean{at.sums, shape.grid, at.grey});
  on.forward(at.grey, at.half);
  on.for_each(at.count, shape.half().pixels(),
              ScaleAndLog{at.sums, shape.half(), at.half, at.logs});
  on.for_each(at.count, pixels,
              ApplyResidual{at.half, at.logs, shape.grid, shape.half(), at.filtered});
  on.inverse(at.filtered);
}

/// The step that makes the raw maps, and `at.sums` of it.
template <typename On, typename Step>
void finish(On& on, const SaliencyShape& shape, const SaliencyArrays& at, const Step& step) {
  on.sum(at.count, shape.map.pixels(),
         Weighed<Step>{step, shape.map.width, shape.row_mass, shape.column_mass}, at.sums);
}

template <typename In>
[[nodiscard]] BlurAxis<In> blur(const SaliencyShape& shape, Extent extent, bool along_rows, In in,
                                float* out) {
  return {in, shape.taps, shape.radius, extent, along_rows, out};
}

/// The raw maps in `at.map`, with their sums over the full size in `at.sums`.
template <typename On>
void raw_maps(On& on, const SaliencyShape& shape, const Images& images, SaliencyArrays& at) {
  if (shape.uniform) return finish(on, shape, at, Fill{1.0F, shape.map, at.map});
  spectral_residual(on, shape, images, at);
  const Extent grid = shape.grid;
  const Magnitude magnitude{at.filtered, static_cast<float>(1.0 / grid.pixels())};
  if (shape.blur_grid) {
    on.for_each(at.count, grid.pixels(), blur(shape, grid, false, magnitude, at.scratch));
    const auto along = blur(shape, grid, true, Plain{at.scratch}, at.map);
    if (!shape.blur_image) return finish(on, shape, at, along);
    on.for_each(at.count, grid.pixels(), along);
  } else {
    const Store<Magnitude> store{magnitude, grid, at.map};
    if (!shape.blur_image) return finish(on, shape, at, store);
    on.for_each(at.count, grid.pixels(), store);
  }
  const Extent full = shape.full;
  const Maps raw{at.map, grid, full, shape.grid_to_full_rows, shape.grid_to_full_columns};
  on.for_each(at.count, full.pixels(), Spread{raw, at.scratch});
  on.for_each(at.count, full.pixels(), blur(shape, full, false, Plain{at.scratch}, at.map));
  std::swap(at.map, at.scratch);
  finish(on, shape, at, blur(shape, full, true, Plain{at.scratch}, at.map));
}

/// Normalised maps, and the vectors of them for the distances: the maps themselves where they are.
template <typename On>
[[nodiscard]] SaliencyResult compute_saliency(On& on, const SaliencyShape& shape,
                                              const Images& images, SaliencyArrays at) {
  raw_maps(on, shape, images, at);
  const int pixels = shape.map.pixels();
  float* maps = at.scratch;
  const Normalise normalise{at.sums, at.map, shape.map, shape.full, maps};
  if (shape.vectors_are_maps || shape.vectors_are_full) {
    on.for_each(at.count, pixels, normalise);
    if (shape.vectors_are_maps) return {maps, maps};
    on.for_each(at.count, shape.full.pixels(), Spread{maps_of(shape, maps), at.vectors});
  } else {
    on.for_each(at.count, pixels,
                NormaliseToVector{normalise, shape.row_factor, shape.column_factor, at.vectors});
  }
  return {maps, at.vectors};
}

}  // namespace guidedmixup::cuda

/// How the steps of saliency follow one another. `Runner` runs them: the device, or plain loops on
/// the host in the tests. It has
///   for_each(images, count, step)   step(k, j) for each element j of each image k
///   sum(images, count, step, out)   the same; out[k] = the sum of step(k, j), in a fixed order
///   forward(real, half)             half spectra of all images on the grid, not scaled
///   inverse(values)                 complex inverse transforms in place, not scaled
#pragma once

#include <utility>

#include "steps.hpp"

namespace guidedmixup::cuda {

/// What does not change from mini-batch to mini-batch. Pointers lead to the memory of the runner.
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

/// Leaves the complex image in `arrays.filtered`, whose magnitudes are the saliency. What can be
/// done while another step reads or writes is part of that step: each kernel of its own goes
/// through the memory of the whole mini-batch once more.
template <typename Runner>
void spectral_residual(Runner& runner, const SaliencyShape& shape, const Images& images,
                       const SaliencyArrays& arrays) {
  const int pixels = shape.grid.pixels();
  runner.sum(arrays.count, pixels,
             GreyOnGrid{images, shape.grid, shape.image_to_grid_rows, shape.image_to_grid_columns,
                        arrays.grey},
             arrays.sums);
  // Needs the sums, so it cannot be part of the step before.
  runner.for_each(arrays.count, pixels, RemoveMean{arrays.sums, shape.grid, arrays.grey});
  runner.forward(arrays.grey, arrays.half);
  runner.for_each(arrays.count, shape.half().pixels(),
                  ScaleAndLog{arrays.sums, shape.half(), arrays.half, arrays.logs});
  runner.for_each(
      arrays.count, pixels,
      ApplyResidual{arrays.half, arrays.logs, shape.grid, shape.half(), arrays.filtered});
  runner.inverse(arrays.filtered);
}

/// The step that makes the raw maps, and `arrays.sums` of it.
template <typename Runner, typename Step>
void finish(Runner& runner, const SaliencyShape& shape, const SaliencyArrays& arrays,
            const Step& step) {
  runner.sum(arrays.count, shape.map.pixels(),
             Weighed<Step>{step, shape.map.width, shape.row_mass, shape.column_mass}, arrays.sums);
}

template <typename In>
[[nodiscard]] BlurAxis<In> blur(const SaliencyShape& shape, Extent extent, bool along_rows, In in,
                                float* out) {
  return {in, shape.taps, shape.radius, extent, along_rows, out};
}

/// The raw maps in `arrays.map`, with their sums over the full size in `arrays.sums`.
template <typename Runner>
void raw_maps(Runner& runner, const SaliencyShape& shape, const Images& images,
              SaliencyArrays& arrays) {
  if (shape.uniform) return finish(runner, shape, arrays, Fill{1.0F, shape.map, arrays.map});
  spectral_residual(runner, shape, images, arrays);
  const Extent grid = shape.grid;
  // Read by the first half of the blur instead of being stored; the inverse transform is not
  // scaled.
  const Magnitude magnitude{arrays.filtered, static_cast<float>(1.0 / grid.pixels())};
  if (shape.blur_grid) {
    runner.for_each(arrays.count, grid.pixels(),
                    blur(shape, grid, false, magnitude, arrays.scratch));
    const auto blurred_rows = blur(shape, grid, true, Plain{arrays.scratch}, arrays.map);
    if (!shape.blur_image) return finish(runner, shape, arrays, blurred_rows);
    runner.for_each(arrays.count, grid.pixels(), blurred_rows);
  } else {
    const Store<Magnitude> store{magnitude, grid, arrays.map};
    if (!shape.blur_image) return finish(runner, shape, arrays, store);
    runner.for_each(arrays.count, grid.pixels(), store);
  }
  const Extent full = shape.full;
  const Maps raw{arrays.map, grid, full, shape.grid_to_full_rows, shape.grid_to_full_columns};
  runner.for_each(arrays.count, full.pixels(), Spread{raw, arrays.scratch});
  runner.for_each(arrays.count, full.pixels(),
                  blur(shape, full, false, Plain{arrays.scratch}, arrays.map));
  // What was blurred along columns is the input of the last step, which must not write where it
  // reads.
  std::swap(arrays.map, arrays.scratch);
  finish(runner, shape, arrays, blur(shape, full, true, Plain{arrays.scratch}, arrays.map));
}

/// Normalised maps, and the vectors of them for the distances: the maps themselves where they are.
template <typename Runner>
[[nodiscard]] SaliencyResult compute_saliency(Runner& runner, const SaliencyShape& shape,
                                              const Images& images, SaliencyArrays arrays) {
  raw_maps(runner, shape, images, arrays);
  const int pixels = shape.map.pixels();
  // The raw maps are in `map` and are read while this is written.
  float* maps = arrays.scratch;
  const Normalise normalise{arrays.sums, arrays.map, shape.map, shape.full, maps};
  if (shape.vectors_are_maps || shape.vectors_are_full) {
    runner.for_each(arrays.count, pixels, normalise);
    if (shape.vectors_are_maps) return {maps, maps};
    runner.for_each(arrays.count, shape.full.pixels(),
                    Spread{maps_of(shape, maps), arrays.vectors});
  } else {
    runner.for_each(
        arrays.count, pixels,
        NormaliseToVector{normalise, shape.row_factor, shape.column_factor, arrays.vectors});
  }
  return {maps, arrays.vectors};
}

}  // namespace guidedmixup::cuda

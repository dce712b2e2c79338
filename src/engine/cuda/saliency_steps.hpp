/// How the steps of saliency follow one another. `On` runs them: the device, or plain loops on the
/// host in the tests. It has
///   for_each(count, step)          step(i) for each i
///   sum(images, count, term, out)  out[k] = the sum of term(k, j) over j, in a fixed order
///   forward(real, half)            half spectra of all images on the grid, not scaled
///   inverse(values)                complex inverse transforms in place, not scaled
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
  double floor_share;
  double grey_unit;

  [[nodiscard]] Extent half() const { return {grid.width / 2 + 1, grid.height}; }
  [[nodiscard]] Extent vector() const { return vectors_are_full ? full : map; }
};

/// Arrays for `count` images: `map` and `scratch` at the larger of grid and map, `sums` one each.
struct SaliencyArrays {
  int count;
  float* grey;
  float* half;
  float* logs;
  float* filtered;
  float* map;
  float* scratch;
  float* vectors;
  double* sums;
};

[[nodiscard]] inline Maps maps_of(const SaliencyShape& shape, const float* map) {
  return {map, shape.map, shape.full, shape.map_to_full_rows, shape.map_to_full_columns};
}

template <typename On>
void spectral_residual(On& on, const SaliencyShape& shape, const Images& images,
                       const SaliencyArrays& at) {
  const Index values = at.count * shape.grid.pixels();
  on.for_each(values, GreyOnGrid{images, shape.grid, shape.image_to_grid_rows,
                                 shape.image_to_grid_columns, at.grey});
  on.sum(at.count, shape.grid.pixels(), GreyTerm{at.grey, shape.grid}, at.sums);
  on.for_each(values, LessMean{at.sums, shape.grid, at.grey});
  on.forward(at.grey, at.half);
  on.for_each(
      at.count * shape.half().pixels(),
      ScaleAndLog{at.sums, shape.half(), shape.floor_share, shape.grey_unit, at.half, at.logs});
  on.for_each(values, ApplyResidual{at.half, at.logs, shape.grid, shape.half(), at.filtered});
  on.inverse(at.filtered);
  const auto scale = static_cast<float>(1.0 / static_cast<double>(shape.grid.pixels()));
  on.for_each(values, Magnitude{at.filtered, scale, at.map});
}

template <typename On>
void blur(On& on, const SaliencyShape& shape, Extent extent, const SaliencyArrays& at) {
  const Index values = at.count * extent.pixels();
  on.for_each(values, BlurAxis{at.map, shape.taps, shape.radius, extent, false, at.scratch});
  on.for_each(values, BlurAxis{at.scratch, shape.taps, shape.radius, extent, true, at.map});
}

/// Normalised maps in `at.map`.
template <typename On>
void compute_maps(On& on, const SaliencyShape& shape, const Images& images, SaliencyArrays& at) {
  if (shape.uniform) {
    on.for_each(at.count * shape.map.pixels(), Fill{1.0F, at.map});
  } else {
    spectral_residual(on, shape, images, at);
    if (shape.blur_grid) blur(on, shape, shape.grid, at);
    if (shape.blur_image) {
      const Maps raw{at.map, shape.grid, shape.full, shape.grid_to_full_rows,
                     shape.grid_to_full_columns};
      on.for_each(at.count * shape.full.pixels(), Spread{raw, at.scratch});
      std::swap(at.map, at.scratch);
      blur(on, shape, shape.full, at);
    }
  }
  on.sum(at.count, shape.map.pixels(),
         MassTerm{at.map, shape.map, shape.row_mass, shape.column_mass}, at.sums);
  on.for_each(at.count * shape.map.pixels(), Normalise{at.sums, shape.map, shape.full, at.map});
}

/// The vectors of the maps, for the distances; the maps themselves where they are.
template <typename On>
[[nodiscard]] const float* compute_vectors(On& on, const SaliencyShape& shape,
                                           const SaliencyArrays& at) {
  if (shape.vectors_are_maps) return at.map;
  const Index values = at.count * shape.vector().pixels();
  if (shape.vectors_are_full) {
    on.for_each(values, Spread{maps_of(shape, at.map), at.vectors});
  } else {
    on.for_each(values,
                ToVector{at.map, shape.map, shape.row_factor, shape.column_factor, at.vectors});
  }
  return at.vectors;
}

}  // namespace guidedmixup::cuda

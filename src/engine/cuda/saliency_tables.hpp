/// What the saliency of a method needs on the device, worked out on the host.
#pragma once

#include <vector>

#include <guidedmixup/core/saliency_map.hpp>
#include <guidedmixup/pairing/distance_matrix.hpp>
#include <guidedmixup/saliency/detector.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "saliency_steps.hpp"

namespace guidedmixup::cuda {

[[nodiscard]] inline Extent extent_of(Size size) { return {size.width, size.height}; }

/// The tables of one saliency at one image size. Made on the host and copied once for a run.
class SaliencyTables {
 public:
  SaliencyTables(const DeviceSaliency& saliency, Size size);

  /// How the maps are spread over the image.
  [[nodiscard]] const MapGeometry& map_geometry() const { return map_to_full_; }

  /// The shape whose pointers are what `place` returns for each table: place(const std::vector<T>&)
  /// puts it where the steps run.
  template <typename Place>
  [[nodiscard]] SaliencyShape shape(const Place& place) const {
    const auto axis = [&](const BilinearAxis& table) {
      return Axis{place(table.first), place(table.second), place(table.weight)};
    };
    const auto factor = [&](const DistanceVectors::Bidiagonal& table) {
      return Factor{place(table.diagonal), place(table.upper)};
    };
    SaliencyShape shape{};
    shape.full = extent_of(image_to_grid_.grid);
    shape.grid = extent_of(image_to_grid_.full);
    shape.map = extent_of(map_to_full_.grid);
    shape.image_to_grid_rows = axis(image_to_grid_.rows);
    shape.image_to_grid_columns = axis(image_to_grid_.columns);
    shape.grid_to_full_rows = axis(grid_to_full_.rows);
    shape.grid_to_full_columns = axis(grid_to_full_.columns);
    shape.map_to_full_rows = axis(map_to_full_.rows);
    shape.map_to_full_columns = axis(map_to_full_.columns);
    shape.row_mass = place(map_to_full_.row_mass);
    shape.column_mass = place(map_to_full_.column_mass);
    shape.taps = place(saliency_.taps);
    shape.radius = static_cast<int>(saliency_.taps.size()) / 2;
    shape.uniform = saliency_.uniform;
    shape.blur_grid = saliency_.blur_grid;
    shape.blur_image = saliency_.blur_image;
    shape.vectors_are_maps = map_to_full_.is_identity();
    shape.vectors_are_full = vectors_.is_full_map();
    shape.row_factor = factor(vectors_.rows());
    shape.column_factor = factor(vectors_.columns());
    return shape;
  }

 private:
  DeviceSaliency saliency_;
  MapGeometry image_to_grid_;  // from the image to the grid: `grid` is the image
  MapGeometry grid_to_full_;
  MapGeometry map_to_full_;
  DistanceVectors vectors_;
};

}  // namespace guidedmixup::cuda

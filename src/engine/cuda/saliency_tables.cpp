// Three geometries: from the image to the grid of the transform, from there to the image, and from
// the map that is kept to the image. The CPU engine has the same tables, so both interpolate alike.
#include "saliency_tables.hpp"

namespace guidedmixup::cuda {
namespace {

Size grid_of(const DeviceSaliency& saliency, Size size) {
  return saliency.uniform ? size : spectral_grid(size);
}

Size map_of(const DeviceSaliency& saliency, Size size) {
  return saliency.blur_image ? size : grid_of(saliency, size);
}

}  // namespace

SaliencyTables::SaliencyTables(const DeviceSaliency& saliency, Size size)
    : saliency_(saliency),
      image_to_grid_(size, grid_of(saliency, size)),
      grid_to_full_(grid_of(saliency, size), size),
      map_to_full_(map_of(saliency, size), size),
      vectors_(map_to_full_) {}

}  // namespace guidedmixup::cuda

#include "saliency_tables.hpp"

#include <string>

namespace guidedmixup::cuda {
namespace {

bool is_uniform(const Part<SaliencyInfo>& part) { return part.info->name == "uniform"; }

bool blurs(const Part<SaliencyInfo>& part, const char* where) {
  if (part.info->name == "uniform") return false;
  const std::string& blur = part.values.choice("blur");
  return blur == where || blur == "both";
}

Size grid_of(const Part<SaliencyInfo>& part, Size size) {
  return is_uniform(part) ? size : spectral_grid(size);
}

Size map_of(const Part<SaliencyInfo>& part, Size size) {
  return blurs(part, "image") ? size : grid_of(part, size);
}

}  // namespace

bool SaliencyTables::serve(const Part<SaliencyInfo>& part) {
  return is_uniform(part) || part.info->name == "spectral-residual";
}

SaliencyTables::SaliencyTables(const Part<SaliencyInfo>& part, Size size)
    : uniform_(is_uniform(part)),
      blur_grid_(blurs(part, "grid")),
      blur_image_(blurs(part, "image")),
      image_to_grid_(size, grid_of(part, size)),
      grid_to_full_(grid_of(part, size), size),
      map_to_full_(map_of(part, size), size),
      vectors_(map_to_full_) {
  if (blur_grid_ || blur_image_) {
    taps_ = GaussianBlur(part.values.integer("kernel"), part.values.real("sigma")).taps();
  }
}

}  // namespace guidedmixup::cuda

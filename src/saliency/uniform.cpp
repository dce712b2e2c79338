// The saliency method `uniform`: every pixel counts the same. With it guided mixing is the plain
// average of two images, a baseline for ablations.
#include "image_detector.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

class UniformWorker {
 public:
  UniformWorker(const ParameterValues& values, Size size)
      : geometry_(std::make_shared<MapGeometry>(map_size(values, size), size)) {}

  static Size map_size(const ParameterValues& /*values*/, Size size) { return size; }

  [[nodiscard]] SaliencyMap detect(ImageView image) const {
    return {geometry_, std::vector<float>(static_cast<std::size_t>(image.size.pixels()), 1.0F)};
  }

 private:
  std::shared_ptr<const MapGeometry> geometry_;
};

}  // namespace

const SaliencyInfo kUniformSaliency{
    .name = "uniform",
    .summary = "all pixels are equally salient",
    .paper = "a baseline of this program",
    .on_device = [](const ParameterValues&) { return DeviceSaliency{.uniform = true}; },
    .make = make_image_detector<UniformWorker>};

const SaliencyInfo kNoSaliency{.name = "none", .summary = "no map is computed"};

}  // namespace guidedmixup

// The saliency method `uniform`: every pixel counts the same. With it guided mixing is the plain
// average of two images, a baseline for ablations.
#include "registry.hpp"

namespace guidedmixup {
namespace {

class UniformDetector final : public SaliencyDetector {
 public:
  explicit UniformDetector(Size size) : geometry_(std::make_shared<MapGeometry>(size, size)) {}

  [[nodiscard]] Size map_size() const override { return geometry_->grid; }

  SaliencyMap detect(ImageView image) override {
    GUIDEDMIXUP_CHECK(image.size == geometry_->full, ==, true);
    return {geometry_, std::vector<float>(static_cast<std::size_t>(image.size.pixels()), 1.0F)};
  }

 private:
  std::shared_ptr<const MapGeometry> geometry_;
};

}  // namespace

const SaliencyInfo kUniformSaliency{
    {"uniform", "every pixel counts the same", "a baseline of this program", {}},
    [](const ParameterValues&, Size size) -> std::unique_ptr<SaliencyDetector> {
      return std::make_unique<UniformDetector>(size);
    }};

const SaliencyInfo kNoSaliency{{"none", "no map is computed", "", {}}, nullptr};

}  // namespace guidedmixup

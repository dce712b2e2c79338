// The saliency method `spectral-residual`: the residual, blurred on the grid, on the image, on both
// or not at all.
#include <optional>

#include <guidedmixup/saliency/gaussian_blur.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "registry.hpp"

namespace guidedmixup {
namespace {

class SpectralResidualDetector final : public SaliencyDetector {
 public:
  SpectralResidualDetector(const ParameterValues& values, Size size)
      : image_size_(size), grid_(spectral_grid(size)), transform_(grid_) {
    const std::string& where = values.choice("blur");
    const GaussianBlur blur(values.integer("kernel"), values.real("sigma"));
    // Where the grid is the image, `grid` and `image` are the same blur, and `both` blurs twice.
    if (where == "grid" || where == "both") grid_blur_ = blur;
    if (where == "image" || where == "both") image_blur_ = blur;
    const Size map_size = image_blur_ ? image_size_ : grid_;
    geometry_ = std::make_shared<MapGeometry>(map_size, image_size_);
    if (image_blur_) spread_ = std::make_shared<MapGeometry>(grid_, image_size_);
  }

  [[nodiscard]] Size map_size() const override { return geometry_->grid; }

  SaliencyMap detect(ImageView image) override {
    GUIDEDMIXUP_CHECK(image.size == image_size_, ==, true);
    grey_on_grid(image, grid_, grey_);
    transform_.residual(grey_, map_);
    if (grid_blur_) grid_blur_->apply(map_, grid_, scratch_);
    if (!image_blur_) return {geometry_, map_};
    // Spread as a map, which also scales it; the factor goes again when the blurred map is scaled.
    std::vector<float> full = SaliencyMap(spread_, map_).full_values();
    image_blur_->apply(full, image_size_, scratch_);
    return {geometry_, full};
  }

 private:
  Size image_size_;
  Size grid_;
  SpectralResidual transform_;
  std::optional<GaussianBlur> grid_blur_;
  std::optional<GaussianBlur> image_blur_;
  std::shared_ptr<const MapGeometry> geometry_;
  std::shared_ptr<const MapGeometry> spread_;
  std::vector<float> grey_;
  std::vector<float> map_;
  std::vector<float> scratch_;
};

}  // namespace

const SaliencyInfo kSpectralResidual{
    {"spectral-residual",
     "what the log spectrum has beyond its local mean; needs no trained model",
     "Hou and Zhang, CVPR 2007; used by Guided-SR in Kang and Kim, AAAI 2023",
     {{"blur",
       "where the Gaussian is applied: once on the grid, once on the image, both, or none",
       std::string("grid"),
       {"grid", "image", "both", "none"}},
      {"kernel", "side of the Gaussian in pixels", 7, {}, 1, 255, true},
      {"sigma",
       "standard deviation of the Gaussian in pixels",
       3.0F,
       {},
       0.0,
       1000.0,
       false,
       true}}},
    [](const ParameterValues& values, Size size) -> std::unique_ptr<SaliencyDetector> {
      return std::make_unique<SpectralResidualDetector>(values, size);
    }};

}  // namespace guidedmixup

// The saliency method `spectral-residual`: the residual, blurred on the grid, on the image, on both
// or not at all.
#include <optional>

#include <guidedmixup/saliency/gaussian_blur.hpp>
#include <guidedmixup/saliency/spectral_residual.hpp>

#include "image_detector.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

// Where the grid is the image, `grid` and `image` are the same blur, and `both` blurs twice.
bool blurs(const ParameterValues& values, const char* where) {
  const std::string& blur = values.choice("blur");
  return blur == where || blur == "both";
}

class SpectralResidualWorker {
 public:
  SpectralResidualWorker(const ParameterValues& values, Size size)
      : image_size_(size), grid_(spectral_grid(size)), transform_(grid_) {
    const GaussianBlur blur(values.integer("kernel"), values.real("sigma"));
    if (blurs(values, "grid")) grid_blur_ = blur;
    if (blurs(values, "image")) image_blur_ = blur;
    geometry_ = std::make_shared<MapGeometry>(map_size(values, size), image_size_);
    if (image_blur_) spread_ = std::make_shared<MapGeometry>(grid_, image_size_);
  }

  static Size map_size(const ParameterValues& values, Size size) {
    return blurs(values, "image") ? size : spectral_grid(size);
  }

  SaliencyMap detect(ImageView image) {
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
    .name = "spectral-residual",
    .summary = "the log spectrum minus its local mean; needs no trained model",
    .paper = "Hou and Zhang, CVPR 2007; used by Guided-SR in Kang and Kim, AAAI 2023",
    .parameters =
        {{.name = "blur",
          .summary = "where the Gaussian blur is applied: on the grid, on the image, on both, or "
                     "not at all",
          .default_value = std::string("grid"),
          .choices = {"grid", "image", "both", "none"}},
         {.name = "kernel",
          .summary = "side of the Gaussian in pixels",
          .default_value = 7,
          .minimum = 1,
          .maximum = 255,
          .odd = true},
         {.name = "sigma",
          .summary = "standard deviation of the Gaussian in pixels",
          .default_value = 3.0F,
          .maximum = 1000.0,
          .above_minimum = true}},
    .on_device =
        [](const ParameterValues& values) {
          return DeviceSaliency{
              .blur_grid = blurs(values, "grid"),
              .blur_image = blurs(values, "image"),
              .taps = GaussianBlur(values.integer("kernel"), values.real("sigma")).taps()};
        },
    .make = make_image_detector<SpectralResidualWorker>};

}  // namespace guidedmixup

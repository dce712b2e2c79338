// Mixing `gmix`: a round hill of one image on the other (Park, Yun and Chun, "A unified analysis of
// mixed sample data augmentation: a loss function perspective", 2022). The hill belongs to the
// image with the smaller share.
#include <algorithm>
#include <numbers>

#include <guidedmixup/mixing/boxes.hpp>

#include "bump.hpp"
#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kCentre = purpose_of("gmix/centre");

class GMixing final : public Mixing {
 public:
  explicit GMixing(float alpha) : alpha_(alpha) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const double lambda = draw_ratio(input.key, alpha_);
    DrawStream draws(input.key.with(kCentre));
    const Pixel centre = draw_pixel(draws, input.size);
    return [partners = input.partners, share = share(lambda, centre, input.size), centre,
            ratio = static_cast<float>(lambda)](int k) {
      return Recipe{
          .sources = {k, partners[k]},
          .share = share,
          .draws = {{"lambda", ratio}, {"centre", std::vector{centre.row, centre.column}}}};
    };
  }

 private:
  static Share share(double lambda, Pixel centre, Size size) {
    const double smaller = std::min(lambda, 1.0 - lambda);
    // On an endless image its sum is the smaller share of the pixels.
    const double spread = smaller * static_cast<double>(size.pixels()) / std::numbers::pi;
    if (spread == 0.0) return ConstantShare{static_cast<float>(lambda)};
    FloatBuffer own =
        bump({static_cast<double>(centre.row), static_cast<double>(centre.column)}, spread, size);
    if (lambda > 0.5) {
      for (float& value : own) value = 1.0F - value;
    }
    return MaskShare{std::make_shared<const FloatBuffer>(std::move(own))};
  }

  float alpha_;
};

}  // namespace

const MixingInfo kGMixing{
    .name = "gmix",
    .summary = "blends a round hill of one image into the other, the same for the mini-batch",
    .paper = "Park, Yun and Chun, NeurIPS 2022",
    .parameters = {alpha_parameter()},
    .deciding_bytes = 4,
    .unmixed_draws = {{"lambda", 1.0F}, {"centre", std::vector<int>(2, 0)}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<GMixing>(values.real("alpha"));
    }};

}  // namespace guidedmixup

// Mixing `box`: a box of the partner at the same place (Yun et al., "CutMix", 2019), with the box
// of the authors' released code: a centre, clipped sides, one box for the whole mini-batch, and the
// label by the true area.
#include <algorithm>
#include <cmath>

#include <guidedmixup/mixing/blend.hpp>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {

Box cutmix_box(int height, int width, double lambda, int centre_row, int centre_column) {
  const double share = std::sqrt(1.0 - lambda);
  const int half_height = static_cast<int>(height * share) / 2;
  const int half_width = static_cast<int>(width * share) / 2;
  return {std::clamp(centre_row - half_height, 0, height),
          std::clamp(centre_column - half_width, 0, width),
          std::clamp(centre_row + half_height, 0, height),
          std::clamp(centre_column + half_width, 0, width)};
}

namespace {

constexpr Purpose kBoxCentre{4};  // where the box lies

class BoxMixing final : public Mixing {
 public:
  explicit BoxMixing(float alpha) : alpha_(alpha) {}

  void mix(const MixingInput& input, const ParallelFor& parallel,
           const UseMixed& use) const override {
    const Size size = input.images.front().size;
    const MixingFormula formula = formula_of(input.key, size);
    const Box& box = formula.box;
    parallel(static_cast<int>(input.images.size()), [&](int k) {
      MixedImage mixed;
      const auto source = input.images[k].span();
      const ImageView target = input.images[input.partners[k]];
      mixed.pixels = Image::uninitialized(size);
      std::copy(source.begin(), source.end(), mixed.pixels.span().begin());
      for (int y = box.row1; y < box.row2; ++y) {
        std::copy(target.row(y) + kChannels * box.column1, target.row(y) + kChannels * box.column2,
                  mixed.pixels.row(y) + kChannels * box.column1);
      }
      mixed.sources = two_sources(k, input.partners[k], formula.lambda);
      mixed.draws = formula.draws;
      use(k, std::move(mixed));
    });
  }

  [[nodiscard]] std::optional<MixingFormula> formula(const DrawKey& key, Size size) const override {
    return formula_of(key, size);
  }

  [[nodiscard]] std::vector<Draw> neutral_draws() const override {
    return {{"box", std::vector<int>(4, 0)}};
  }

  [[nodiscard]] std::vector<float> mask(const MixingInput& input, int k) const override {
    const Size size = input.images[k].size;
    const Box box = formula_of(input.key, size).box;
    std::vector<float> mask(static_cast<std::size_t>(size.pixels()), 1.0F);
    for (int y = box.row1; y < box.row2; ++y) {
      float* row = mask.data() + static_cast<std::size_t>(y) * size.width;
      std::fill(row + box.column1, row + box.column2, 0.0F);
    }
    return mask;
  }

 private:
  [[nodiscard]] MixingFormula formula_of(const DrawKey& key, Size size) const {
    MixingFormula formula;
    formula.box = draw_box(key, size);
    const Box& box = formula.box;
    formula.inside = 0.0F;
    const double box_pixels =
        static_cast<double>(box.row2 - box.row1) * static_cast<double>(box.column2 - box.column1);
    formula.lambda = 1.0 - box_pixels / static_cast<double>(size.pixels());
    formula.draws = {{"box", std::vector<int>{box.row1, box.column1, box.row2, box.column2}}};
    return formula;
  }

  [[nodiscard]] Box draw_box(DrawKey key, Size size) const {
    const double lambda = draw_ratio(key, alpha_);
    key.slot = kWholeBatch;
    key.purpose = kBoxCentre;
    DrawStream draws(key);
    const int row = static_cast<int>(draws.below(static_cast<std::uint32_t>(size.height)));
    const int column = static_cast<int>(draws.below(static_cast<std::uint32_t>(size.width)));
    return cutmix_box(size.height, size.width, lambda, row, column);
  }

  float alpha_;
};

}  // namespace

const MixingInfo kBoxMixing{
    {.name = "box",
     .summary = "a box of the partner at the same place, labelled by its true area",
     .paper = "Yun et al., ICCV 2019, with the box of the released code",
     .parameters = {alpha_parameter()}},
    {.needs_partners = true, .draws = true},
    [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<BoxMixing>(values.real("alpha"));
    }};

}  // namespace guidedmixup

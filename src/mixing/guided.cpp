// Mixing `guided`: each pixel is divided between the two images in proportion to their saliency
// (Kang and Kim 2023, equations 2 to 4). The partner is the target of the pairing, as in the
// released code.
#include <algorithm>

#include <guidedmixup/mixing/blend.hpp>

#include "blend_rows.hpp"
#include "order.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

// Returns the sum of the mask.
double blend_pair(const SaliencyMap& source_map, const SaliencyMap& target_map, ImageView source,
                  ImageView target, Image& out) {
  if (source_map.geometry().is_identity()) {
    // The maps are stored at full size: one row as long as the image.
    const auto whole = [](const SaliencyMap& map) {
      return MapRow{map.grid_values().data(), map.grid_values().data()};
    };
    return mix_guided_row(whole(source_map), whole(target_map), source.pixels, target.pixels,
                          static_cast<std::size_t>(source.size.pixels()), out.row(0));
  }
  SaliencyRows source_rows(source_map);
  SaliencyRows target_rows(target_map);
  double sum = 0.0;
  for (int y = 0; y < source.size.height; ++y) {
    sum += mix_guided_row(source_rows.row(y), target_rows.row(y), source.row(y), target.row(y),
                          static_cast<std::size_t>(source.size.width), out.row(y));
  }
  return sum;
}

MixedImage mix_pair(const MixingInput& input, int k) {
  const int partner = input.partners[k];
  const ImageView source = input.images[k];
  MixedImage mixed;
  mixed.pixels = Image::uninitialized(source.size);
  const double sum =
      blend_pair(input.maps[k], input.maps[partner], source, input.images[partner], mixed.pixels);
  mixed.sources = two_sources(k, partner, sum / static_cast<double>(source.size.pixels()));
  return mixed;
}

class GuidedMixing final : public Mixing {
 public:
  void mix(const MixingInput& input, const ParallelFor& parallel,
           const UseMixed& use) const override {
    const std::vector<int> order = order_along_partners(input.partners);
    parallel(static_cast<int>(order.size()),
             [&](int i) { use(order[i], mix_pair(input, order[i])); });
  }

  [[nodiscard]] std::optional<MixingFormula> formula(const DrawKey& /*key*/,
                                                     Size /*size*/) const override {
    MixingFormula formula;
    formula.by_saliency = true;
    return formula;
  }

  [[nodiscard]] std::vector<float> mask(const MixingInput& input, int k) const override {
    const std::vector<float> source = input.maps[k].full_values();
    const std::vector<float> target = input.maps[input.partners[k]].full_values();
    std::vector<float> mask(source.size());
    std::transform(source.begin(), source.end(), target.begin(), mask.begin(), guided_mask);
    return mask;
  }
};

}  // namespace

const MixingInfo kGuidedMixing{
    {.name = "guided",
     .summary = "each pixel is divided in proportion to the two saliency maps",
     .paper = "Kang and Kim, AAAI 2023, equations 2 to 4"},
    {.needs_saliency = true, .needs_partners = true},
    [](const ParameterValues&) -> std::unique_ptr<Mixing> {
      return std::make_unique<GuidedMixing>();
    }};

}  // namespace guidedmixup

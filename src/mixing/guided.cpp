// Mixing `guided`: each pixel is divided between the two images in proportion to their saliency
// (Kang and Kim 2023, equations 2 to 4). The partner is the target of the pairing, as in the
// released code.
#include <guidedmixup/mixing/blend.hpp>

#include "registry.hpp"

namespace guidedmixup {
namespace {

// The mean of a mask is summed in this many lanes of double: a fixed order that still vectorises.
constexpr int kLanes = 8;

// Masks row by row, for one image and its partner.
class MaskRows {
 public:
  MaskRows(const SaliencyMap& source, const SaliencyMap& target)
      : source_(source), target_(target), mask_(source.geometry().full.width) {}

  const std::vector<float>& row(int y) {
    const float* s = source_.row(y);
    const float* t = target_.row(y);
    for (std::size_t x = 0; x < mask_.size(); ++x) mask_[x] = guided_mask(s[x], t[x]);
    return mask_;
  }

 private:
  SaliencyRows source_;
  SaliencyRows target_;
  std::vector<float> mask_;
};

void add_to_lanes(const std::vector<float>& mask, std::array<double, kLanes>& lanes) {
  const std::size_t whole = mask.size() / kLanes * kLanes;
  for (std::size_t x = 0; x < whole; x += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += static_cast<double>(mask[x + lane]);
  }
  for (std::size_t x = whole; x < mask.size(); ++x) {
    lanes[x - whole] += static_cast<double>(mask[x]);
  }
}

MixedImage mix_pair(const MixingInput& input, int k) {
  const int partner = input.partners[k];
  const ImageView source = input.images[k];
  const ImageView target = input.images[partner];
  MaskRows masks(input.maps[k], input.maps[partner]);
  MixedImage mixed;
  mixed.pixels = Image(source.size);
  std::array<double, kLanes> lanes{};
  // The mask of a pixel stands three times here, so that the blend is one straight loop.
  std::vector<float> per_value(source.row_bytes());
  for (int y = 0; y < source.size.height; ++y) {
    const std::vector<float>& mask = masks.row(y);
    add_to_lanes(mask, lanes);
    for (std::size_t x = 0; x < mask.size(); ++x) {
      per_value[3 * x] = per_value[3 * x + 1] = per_value[3 * x + 2] = mask[x];
    }
    const std::uint8_t* s = source.row(y);
    const std::uint8_t* t = target.row(y);
    std::uint8_t* out = mixed.pixels.row(y);
    for (std::size_t i = 0; i < per_value.size(); ++i) out[i] = blend(per_value[i], s[i], t[i]);
  }
  double sum = 0.0;
  for (const double lane : lanes) sum += lane;
  mixed.sources = two_sources(k, partner, sum / static_cast<double>(source.size.pixels()));
  return mixed;
}

class GuidedMixing final : public Mixing {
 public:
  [[nodiscard]] std::vector<MixedImage> mix(const MixingInput& input,
                                            const ParallelFor& parallel) const override {
    std::vector<MixedImage> mixed(input.images.size());
    parallel(static_cast<int>(mixed.size()), [&](int k) { mixed[k] = mix_pair(input, k); });
    return mixed;
  }

  [[nodiscard]] std::vector<float> mask(const MixingInput& input, int k) const override {
    MaskRows masks(input.maps[k], input.maps[input.partners[k]]);
    std::vector<float> mask;
    for (int y = 0; y < input.images[k].size.height; ++y) {
      const std::vector<float>& row = masks.row(y);
      mask.insert(mask.end(), row.begin(), row.end());
    }
    return mask;
  }
};

}  // namespace

const MixingInfo kGuidedMixing{{"guided",
                                "each pixel is divided in proportion to the two saliency maps",
                                "Kang and Kim, AAAI 2023, equations 2 to 4",
                                {}},
                               true,
                               true,
                               true,
                               [](const ParameterValues&) -> std::unique_ptr<Mixing> {
                                 return std::make_unique<GuidedMixing>();
                               }};

}  // namespace guidedmixup

/// A mini-batch in memory for mixings, and what they make of it on one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <guidedmixup/mixing/mixing.hpp>

#include "support/fixture.hpp"

namespace guidedmixup::test {

struct MixingBatch {
  std::vector<BatchSample> samples;
  std::vector<SaliencyMap> maps;
  std::vector<int> partners;

  [[nodiscard]] Size size() const { return samples.front().image->size(); }
  [[nodiscard]] std::span<const std::uint8_t> pixels(int k) const {
    return samples[k].image->span();
  }
  [[nodiscard]] MixingInput input(DrawKey key = {}) const {
    return {.samples = samples,
            .partners = partners,
            .size = size(),
            .key = key,
            .map = [this](int k) -> const SaliencyMap& { return maps[k]; }};
  }
  [[nodiscard]] RecipeImages images() const {
    return {.image = [this](int k) { return samples[k].image->view(); },
            .map = [this](int k) -> const SaliencyMap& { return maps[k]; }};
  }
  [[nodiscard]] MixedImage mix(const Mixing& mixing, int k, DrawKey key = {}) const {
    const MixingInput given = input(key);
    return execute(mixing.decide(given)(k), images());
  }
  [[nodiscard]] std::vector<float> mask(const Mixing& mixing, int k, DrawKey key = {}) const {
    const MixingInput given = input(key);
    return own_share(mixing.decide(given)(k), images(), size());
  }
};

inline MixingBatch batch_of(std::vector<Image> images, std::vector<SaliencyMap> maps,
                            std::vector<int> partners) {
  MixingBatch batch{.samples = {}, .maps = std::move(maps), .partners = std::move(partners)};
  for (std::uint32_t k = 0; k < images.size(); ++k) {
    batch.samples.push_back({.image = share(std::move(images[k])), .slot = k});
  }
  return batch;
}

inline SaliencyMap map_of(Size size, std::vector<float> raw) {
  return {std::make_shared<MapGeometry>(size, size), std::move(raw)};
}

inline MixingBatch noise_batch(int count, Size size) {
  std::vector<Image> images;
  std::vector<SaliencyMap> maps;
  std::vector<int> partners;
  for (int i = 0; i < count; ++i) {
    images.push_back(noise_image(size, static_cast<std::uint32_t>(i)));
    std::vector<float> raw;
    for (std::size_t p = 0; p < images[i].span().size(); p += 3) {
      raw.push_back(images[i].span()[p]);
    }
    maps.push_back(map_of(size, std::move(raw)));
    partners.push_back((i + 1) % count);
  }
  return batch_of(std::move(images), std::move(maps), std::move(partners));
}

}  // namespace guidedmixup::test

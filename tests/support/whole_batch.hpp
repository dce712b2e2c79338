/// A mini-batch as a whole, where the program handles its images one by one.
#pragma once

#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup::test {

/// For all of the first `methods` methods of the engine.
[[nodiscard]] inline std::unique_ptr<PreparedBatch> prepare_images(
    const Engine& engine, std::span<const SharedImage> images, int methods = 1) {
  std::vector<int> wanted(static_cast<std::size_t>(methods));
  std::iota(wanted.begin(), wanted.end(), 0);
  return engine.prepare({static_cast<int>(images.size()), wanted},
                        [images](int i) { return images[i]; });
}

/// All outputs, in order.
[[nodiscard]] inline std::vector<MixedImage> mix_all(const Mixing& mixing, const MixingInput& input,
                                                     const ParallelFor& parallel) {
  std::vector<MixedImage> outputs(input.images.size());
  mixing.mix(input, parallel, [&](int k, MixedImage mixed) { outputs[k] = std::move(mixed); });
  return outputs;
}
[[nodiscard]] inline std::vector<MixedImage> mix_all(const PreparedBatch& batch, int method,
                                                     std::span<const int> partners,
                                                     std::span<const std::uint32_t> slots,
                                                     const DrawKey& key) {
  std::vector<MixedImage> outputs(static_cast<std::size_t>(batch.count()));
  batch.mix(method, partners, slots, key,
            [&](int k, MixedImage mixed) { outputs[k] = std::move(mixed); });
  return outputs;
}

}  // namespace guidedmixup::test

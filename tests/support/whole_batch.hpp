/// A mini-batch as a whole, where the program handles its images one by one.
#pragma once

#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup::test {

/// An engine with the methods that it was made for.
struct EngineOfMethods {
  std::unique_ptr<MethodSet> methods;
  std::unique_ptr<Engine> engine;

  Engine* operator->() const { return engine.get(); }
  Engine& operator*() const { return *engine; }
};

[[nodiscard]] inline EngineOfMethods cpu_engine(std::span<const Method> methods, Size size,
                                                ParallelFor parallel = serial_for,
                                                StageTimes* times = nullptr) {
  auto set = std::make_unique<MethodSet>(methods, size);
  auto engine = make_cpu_engine(*set, std::move(parallel), times);
  return {.methods = std::move(set), .engine = std::move(engine)};
}

/// For all of the first `methods` methods of the engine.
[[nodiscard]] inline std::unique_ptr<PreparedBatch> prepare_images(
    const Engine& engine, std::span<const SharedImage> images, int methods = 1) {
  std::vector<int> wanted(static_cast<std::size_t>(methods));
  std::iota(wanted.begin(), wanted.end(), 0);
  return engine.prepare({static_cast<int>(images.size()), wanted}, [images](int slot) {
    return BatchSample{.image = images[slot], .slot = static_cast<std::uint32_t>(slot)};
  });
}

/// All outputs, in order.
[[nodiscard]] inline std::vector<MixedImage> mix_all(const PreparedBatch& batch, int method,
                                                     std::span<const int> partners,
                                                     const DrawKey& key) {
  const auto mixed = batch.mix(method, partners, key);
  std::vector<MixedImage> outputs;
  for (int k = 0; k < batch.count(); ++k) outputs.push_back(mixed->output(k));
  return outputs;
}

}  // namespace guidedmixup::test

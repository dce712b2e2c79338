// The CPU engine: the plain functions of saliency, pairing and mixing, spread over threads.
#include <memory>
#include <utility>

#include <guidedmixup/engine/engine.hpp>

#include "../host_mixed_batch.hpp"
#include "../host_saliency.hpp"
#include "../method_stages.hpp"

namespace guidedmixup {
namespace {

// A saliency of the run, as MethodStages wants it.
class SaliencyStage : public HostSaliency {
 public:
  SaliencyStage(const Part<SaliencyInfo>& part, Size size, StageTimes* times)
      : HostSaliency(part, size, times), part_(part) {}

  [[nodiscard]] bool serves(const Part<SaliencyInfo>& part) const { return part_ == part; }
  void need_distances() { needs_distances_ = true; }
  [[nodiscard]] bool needs_distances() const { return needs_distances_; }

 private:
  Part<SaliencyInfo> part_;
  bool needs_distances_ = false;
};

using CpuStages = MethodStages<SaliencyStage>;

class CpuPreparedBatch final : public PreparedBatch {
 public:
  CpuPreparedBatch(const BatchRequest& request, const LoadSample& load, Size size,
                   const CpuStages& stages, const ParallelFor& parallel)
      : size_(size),
        samples_(request.count),
        saliencies_(stages.saliencies().size()),
        stages_(stages),
        parallel_(parallel) {
    const std::vector<std::size_t> needed = stages_.saliencies_of(request.methods);
    for (const std::size_t s : needed) saliencies_[s].resize(samples_.size());
    parallel_(request.count, [&](int i) {
      samples_[i] = load(i);  // and works on it at once: it lies in this thread's cache
      const SharedImage& image = samples_[i].image;
      if (image == nullptr) return;
      GUIDEDMIXUP_CHECK(image->size() == size, ==, true);
      for (const std::size_t s : needed) {
        stages_.saliencies()[s]->detect(samples_[i], static_cast<std::size_t>(i), saliencies_[s]);
      }
    });
    for (HostSaliencyBatch& saliency : saliencies_) saliency.drop_unusable(samples_);
    std::erase_if(samples_, [](const BatchSample& sample) { return sample.image == nullptr; });
    for (const std::size_t s : needed) {
      const SaliencyStage& stage = *stages_.saliencies()[s];
      if (stage.needs_distances()) stage.add_distances(saliencies_[s], parallel_);
    }
  }

  [[nodiscard]] std::span<const BatchSample> samples() const override { return samples_; }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = stages_.method(method).saliency;
    if (!saliency || !saliencies_[*saliency].distances) return nullptr;
    return &*saliencies_[*saliency].distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = stages_.method(method).saliency;
    if (!saliency) return {};
    return saliencies_[*saliency].pair_distances(partners, parallel_);
  }

  [[nodiscard]] const SaliencyMap& map(int method, int k) const override {
    return saliencies_[*stages_.method(method).saliency].maps[k];
  }

  [[nodiscard]] std::unique_ptr<MixedBatch> mix(int method, std::span<const int> partners,
                                                const DrawKey& key) const override {
    const MethodStage& stage = stages_.method(method);
    GUIDEDMIXUP_CHECK(stage.mixing != nullptr, ==, true);
    return std::make_unique<HostMixedBatch>(
        *stage.mixing,
        MixingInput{.samples = samples_,
                    .partners = partners,
                    .size = size_,
                    .key = key,
                    .map = [this, method](int k) -> const SaliencyMap& { return map(method, k); }});
  }

 private:
  Size size_;
  std::vector<BatchSample> samples_;
  std::vector<HostSaliencyBatch> saliencies_;
  const CpuStages& stages_;
  const ParallelFor& parallel_;
};

class CpuEngine final : public Engine {
 public:
  CpuEngine(std::span<const Method> methods, Size size, ParallelFor parallel, StageTimes* times)
      : size_(size), parallel_(std::move(parallel)) {
    const auto make = [&](const Part<SaliencyInfo>& part) {
      return std::make_unique<SaliencyStage>(part, size_, times);
    };
    for (const Method& method : methods) stages_.add(method, make);
  }

  [[nodiscard]] std::string name() const override { return "cpu"; }

  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                       const LoadSample& load) const override {
    GUIDEDMIXUP_CHECK(request.count, >=, 1);
    return std::make_unique<CpuPreparedBatch>(request, load, size_, stages_, parallel_);
  }

  [[nodiscard]] std::uint64_t map_bytes() const override {
    std::uint64_t bytes = 0;
    for (const auto& saliency : stages_.saliencies()) bytes += saliency->map_bytes();
    return bytes;
  }

 private:
  Size size_;
  ParallelFor parallel_;
  CpuStages stages_;
};

}  // namespace

std::unique_ptr<Engine> make_cpu_engine(std::span<const Method> methods, Size size,
                                        ParallelFor parallel, StageTimes* times) {
  return std::make_unique<CpuEngine>(methods, size, std::move(parallel), times);
}

}  // namespace guidedmixup

// The CPU engine: the plain functions of saliency, pairing and mixing, spread over threads.
#include <memory>
#include <utility>
#include <vector>

#include <guidedmixup/engine/engine.hpp>

#include "../host_mixed_batch.hpp"
#include "../host_saliency.hpp"

namespace guidedmixup {
namespace {

// What all mini-batches of a run share. Nothing in it changes after it was made, but for the pool
// of workers in each HostSaliency, which has a lock.
struct Run {
  Run(const MethodSet& all_methods, ParallelFor runner, StageTimes* times)
      : methods(all_methods), parallel(std::move(runner)) {
    for (const MethodSet::Saliency& saliency : methods.saliencies()) {
      saliencies.push_back(std::make_unique<HostSaliency>(saliency, times));
    }
  }

  const MethodSet& methods;
  ParallelFor parallel;
  std::vector<std::unique_ptr<HostSaliency>> saliencies;
};

// Owns the images, maps and distances of one mini-batch. Once it is made, entry k of `samples_` and
// entry k of every saliency's lists belong to the same image: those without an image have been left
// out of all of them.
class CpuPreparedBatch final : public PreparedBatch {
 public:
  CpuPreparedBatch(const Run& run, const BatchRequest& request, const LoadSample& load)
      : run_(run), samples_(request.count), saliencies_(run.saliencies.size()) {
    // A detector that takes one image starts as soon as that is loaded. One that takes several,
    // such as a network, has to wait for the whole mini-batch.
    std::vector<std::size_t> by_image;
    std::vector<std::size_t> by_batch;
    for (const std::size_t s : run_.methods.saliencies_of(request.methods)) {
      (run_.saliencies[s]->takes_one_image() ? by_image : by_batch).push_back(s);
    }
    load_samples(load, by_image);
    for (const std::size_t s : by_batch) {
      run_.saliencies[s]->detect_all(samples_, saliencies_[s], run_.parallel);
    }
    for (std::size_t s = 0; s < saliencies_.size(); ++s) {
      // The mini-batch may be prepared for some of the run's methods only.
      const bool is_asked_for = !saliencies_[s].maps.empty();
      if (!is_asked_for || !run_.methods.saliencies()[s].needs_distances) continue;
      run_.saliencies[s]->add_distances(saliencies_[s], run_.parallel);
    }
  }

  [[nodiscard]] std::span<const BatchSample> samples() const override { return samples_; }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = run_.methods.saliency_of(method);
    if (!saliency || !saliencies_[*saliency].distances) return nullptr;
    return &*saliencies_[*saliency].distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = run_.methods.saliency_of(method);
    if (!saliency) return {};
    // From the matrix where there is one, else pair by pair: M distances instead of M^2.
    return saliencies_[*saliency].pair_distances(partners, run_.parallel);
  }

  [[nodiscard]] const SaliencyMap& map(int method, int k) const override {
    return saliencies_[*run_.methods.saliency_of(method)].maps[k];
  }

  [[nodiscard]] std::unique_ptr<MixedBatch> mix(int method, std::span<const int> partners,
                                                const DrawKey& key) const override {
    return std::make_unique<HostMixedBatch>(run_.methods, method, *this, partners, key);
  }

 private:
  // Loads each image and computes its maps in one piece of work. A failed load leaves a gap, which
  // is closed at the end.
  void load_samples(const LoadSample& load, std::span<const std::size_t> saliencies) {
    for (const std::size_t s : saliencies) saliencies_[s].resize(samples_.size());
    run_.parallel(static_cast<int>(samples_.size()), [&](int i) {
      samples_[i] = load(i);  // and works on it at once: it lies in this thread's cache
      const SharedImage& image = samples_[i].image;
      if (image == nullptr) return;
      GUIDEDMIXUP_CHECK(image->size() == run_.methods.size(), ==, true);
      for (const std::size_t s : saliencies) {
        run_.saliencies[s]->detect(samples_, static_cast<std::size_t>(i), saliencies_[s]);
      }
    });
    for (HostSaliencyBatch& saliency : saliencies_) saliency.drop_unusable(samples_);
    // After the maps, which look at `samples_` to see what to leave out.
    std::erase_if(samples_, [](const BatchSample& sample) { return sample.image == nullptr; });
  }

  const Run& run_;
  std::vector<BatchSample> samples_;
  std::vector<HostSaliencyBatch> saliencies_;
};

// Keeps what a run shares; each mini-batch is an object of its own, so that several may be in
// flight.
class CpuEngine final : public Engine {
 public:
  CpuEngine(const MethodSet& methods, ParallelFor parallel, StageTimes* times)
      : run_(methods, std::move(parallel), times) {}

  [[nodiscard]] std::string name() const override { return "cpu"; }

  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                       const LoadSample& load) const override {
    GUIDEDMIXUP_CHECK(request.count, >=, 1);
    return std::make_unique<CpuPreparedBatch>(run_, request, load);
  }

  [[nodiscard]] std::uint64_t map_bytes() const override {
    // Without the vectors of distances: they go as soon as all pairs are compared.
    std::uint64_t bytes = 0;
    for (const MethodSet::Saliency& saliency : run_.methods.saliencies()) {
      bytes += static_cast<std::uint64_t>(saliency.detector->map_size().pixels()) * sizeof(float);
    }
    return bytes;
  }

 private:
  Run run_;
};

}  // namespace

std::unique_ptr<Engine> make_cpu_engine(const MethodSet& methods, ParallelFor parallel,
                                        StageTimes* times) {
  return std::make_unique<CpuEngine>(methods, std::move(parallel), times);
}

}  // namespace guidedmixup

// The CPU engine: the plain functions of saliency, pairing and mixing, spread over threads.
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <tbb/enumerable_thread_specific.h>

#include <guidedmixup/core/kept_samples.hpp>
#include <guidedmixup/engine/engine.hpp>

namespace guidedmixup {
namespace {

// What methods of one saliency share in a mini-batch.
struct SaliencyBatch {
  std::vector<SaliencyMap> maps;
  std::vector<SharedValues> vectors;        // see DistanceVectors; empty once all are compared
  std::optional<DistanceMatrix> distances;  // when a pairing needs it
};

// One saliency of the run, shared by all methods that use it with equal parameters.
class SaliencyStage {
 public:
  SaliencyStage(const Part<SaliencyInfo>& part, Size size, StageTimes* times)
      : part_(part), times_(times), workers_([part, size] { return Worker(part, size); }) {}

  [[nodiscard]] bool serves(const Part<SaliencyInfo>& part) const { return part_ == part; }
  void need_distances() { needs_distances_ = true; }
  void keep_samples(std::uint32_t count) {
    kept_ = std::make_unique<KeptSamples<SaliencyMap>>(count);
  }
  [[nodiscard]] std::uint64_t map_bytes() const {
    return static_cast<std::uint64_t>(workers_.local().detector->map_size().pixels()) *
               sizeof(float) +
           kKeptOverhead;
  }

  // The map of one image and its vector. `sample` is empty when nobody knows it.
  void detect(ImageView image, std::optional<std::uint32_t> sample, SaliencyMap& map,
              SharedValues& vector) const {
    const StageTimes::Timer timer(times_, Stage::kSaliency);
    Worker& worker = workers_.local();
    map = sample ? map_of(*sample, image, *worker.detector) : worker.detector->detect(image);
    vector = worker.vector_of(map);
  }

  void add_distances(SaliencyBatch& batch, const ParallelFor& parallel) const {
    if (!needs_distances_) return;
    batch.distances = distance_matrix(batch.vectors, parallel);
    batch.vectors.clear();
  }

 private:
  // A detector holds scratch memory, so each thread has its own.
  struct Worker {
    Worker(const Part<SaliencyInfo>& part, Size size)
        : detector(part.info->make(part.values, size)) {}

    SharedValues vector_of(const SaliencyMap& map) {
      // A detector's maps are all of one geometry.
      if (!vectors) vectors.emplace(map.geometry());
      return vectors->vector_of(map);
    }

    std::unique_ptr<SaliencyDetector> detector;
    std::optional<DistanceVectors> vectors;
  };

  [[nodiscard]] SaliencyMap map_of(std::uint32_t sample, ImageView image,
                                   SaliencyDetector& detector) const {
    if (auto kept = kept_->find(sample)) return *std::move(kept);
    SaliencyMap map = detector.detect(image);
    kept_->keep(sample, map);
    return map;
  }

  [[nodiscard]] DistanceMatrix distance_matrix(const std::vector<SharedValues>& vectors,
                                               const ParallelFor& parallel) const {
    const int count = static_cast<int>(vectors.size());
    const int blocks = (count + kDistanceBlock - 1) / kDistanceBlock;
    std::vector<std::pair<int, int>> work;
    for (int row = 0; row < blocks; ++row) {
      for (int column = row; column < blocks; ++column) work.emplace_back(row, column);
    }
    DistanceMatrix matrix(count);
    parallel(static_cast<int>(work.size()), [&](int i) {
      const StageTimes::Timer timer(times_, Stage::kDistances);
      fill_distance_block(vectors, work[i].first, work[i].second, matrix);
    });
    return matrix;
  }

  Part<SaliencyInfo> part_;
  StageTimes* times_;
  bool needs_distances_ = false;
  std::unique_ptr<KeptSamples<SaliencyMap>> kept_ = std::make_unique<KeptSamples<SaliencyMap>>();
  mutable tbb::enumerable_thread_specific<Worker> workers_;
};

struct MethodStage {
  std::unique_ptr<Mixing> mixing;  // null for `none`, which nobody asks to mix
  std::optional<std::size_t> saliency;
  bool mixing_needs_maps = false;
};

class CpuPreparedBatch final : public PreparedBatch {
 public:
  CpuPreparedBatch(const BatchRequest& request, const LoadImage& load, Size size,
                   const std::vector<std::unique_ptr<SaliencyStage>>& stages,
                   const std::vector<MethodStage>& methods, const ParallelFor& parallel,
                   StageTimes* times)
      : images_(request.count),
        saliencies_(stages.size()),
        methods_(methods),
        parallel_(parallel),
        times_(times) {
    const std::vector<std::size_t> needed = saliencies_of(request.methods);
    for (const std::size_t s : needed) {
      saliencies_[s].maps.resize(images_.size());
      saliencies_[s].vectors.resize(images_.size());
    }
    parallel_(request.count, [&](int i) {
      images_[i] = load(i);
      if (images_[i] == nullptr) return;
      GUIDEDMIXUP_CHECK(images_[i]->size() == size, ==, true);
      const auto sample =
          request.samples.empty() ? std::nullopt : std::optional(request.samples[i]);
      for (const std::size_t s : needed) {
        stages[s]->detect(images_[i]->view(), sample, saliencies_[s].maps[i],
                          saliencies_[s].vectors[i]);
      }
    });
    drop_unusable();
    for (const SharedImage& image : images_) views_.push_back(image->view());
    for (const std::size_t s : needed) stages[s]->add_distances(saliencies_[s], parallel_);
  }

  [[nodiscard]] int count() const override { return static_cast<int>(images_.size()); }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = methods_[method].saliency;
    if (!saliency || !saliencies_[*saliency].distances) return nullptr;
    return &*saliencies_[*saliency].distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = methods_[method].saliency;
    if (!saliency) return {};
    std::vector<float> result(partners.size());
    if (const auto& matrix = saliencies_[*saliency].distances) {  // holds them, equal to the bit
      for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = matrix->at(static_cast<int>(i), partners[i]);
      }
      return result;
    }
    const auto& vectors = saliencies_[*saliency].vectors;
    parallel_(static_cast<int>(partners.size()),
              [&](int i) { result[i] = l2_distance(*vectors[i], *vectors[partners[i]]); });
    return result;
  }

  [[nodiscard]] std::vector<float> grid_map(int method, int k) const override {
    const auto values = saliencies_[*methods_[method].saliency].maps[k].grid_values();
    return {values.begin(), values.end()};
  }

  void mix(int method, std::span<const int> partners, std::span<const std::uint32_t> slots,
           const DrawKey& key, const UseMixed& use) const override {
    const MethodStage& stage = methods_[method];
    GUIDEDMIXUP_CHECK(stage.mixing != nullptr, ==, true);
    std::span<const SaliencyMap> maps;
    if (stage.mixing_needs_maps) maps = saliencies_[*stage.saliency].maps;
    // What is done with an output is not mixing any more.
    const auto timed_mixing = [this](int pieces, const std::function<void(int)>& work) {
      parallel_(pieces, [&](int i) {
        const StageTimes::Timer timer(times_, Stage::kMixing);
        work(i);
      });
    };
    stage.mixing->mix({views_, maps, partners, slots, key}, timed_mixing,
                      [&](int k, MixedImage mixed) {
                        const StageTimes::Pause pause(times_, Stage::kMixing);
                        use(k, std::move(mixed));
                      });
  }

 private:
  // Each once, though several methods share it.
  [[nodiscard]] std::vector<std::size_t> saliencies_of(std::span<const int> methods) const {
    std::vector<std::size_t> needed;
    for (const int method : methods) {
      if (const auto& saliency = methods_[method].saliency) needed.push_back(*saliency);
    }
    std::sort(needed.begin(), needed.end());
    needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
    return needed;
  }

  void drop_unusable() {
    const auto is_unusable = [this](std::size_t i) { return images_[i] == nullptr; };
    for (SaliencyBatch& saliency : saliencies_) {
      drop(saliency.maps, is_unusable);
      drop(saliency.vectors, is_unusable);
    }
    std::erase(images_, nullptr);
  }

  template <typename Value, typename Predicate>
  static void drop(std::vector<Value>& values, const Predicate& is_unusable) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (is_unusable(i)) continue;
      if (kept != i) values[kept] = std::move(values[i]);
      ++kept;
    }
    values.resize(kept);
  }

  std::vector<SharedImage> images_;
  std::vector<ImageView> views_;
  std::vector<SaliencyBatch> saliencies_;
  const std::vector<MethodStage>& methods_;
  const ParallelFor& parallel_;
  StageTimes* times_;
};

class CpuEngine final : public Engine {
 public:
  CpuEngine(std::span<const Method> methods, Size size, ParallelFor parallel, StageTimes* times)
      : size_(size), parallel_(std::move(parallel)), times_(times) {
    for (const Method& method : methods) add(method);
  }

  [[nodiscard]] std::string name() const override { return "cpu"; }

  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                       const LoadImage& load) const override {
    GUIDEDMIXUP_CHECK(request.count, >=, 1);
    GUIDEDMIXUP_CHECK(request.samples.empty() || std::ssize(request.samples) == request.count, ==,
                      true);
    return std::make_unique<CpuPreparedBatch>(request, load, size_, saliencies_, methods_,
                                              parallel_, times_);
  }

  [[nodiscard]] std::uint64_t kept_bytes() const override {
    std::uint64_t bytes = 0;
    for (const auto& saliency : saliencies_) bytes += saliency->map_bytes();
    return bytes;
  }

  void keep_samples(std::uint32_t count) override {
    for (const auto& saliency : saliencies_) saliency->keep_samples(count);
  }

 private:
  void add(const Method& method) {
    MethodStage stage;
    if (method.mixing.info->make != nullptr) {
      stage.mixing = method.mixing.info->make(method.mixing.values);
    }
    stage.mixing_needs_maps = method.mixing.info->needs_saliency;
    if (method.saliency.info->make != nullptr) {
      stage.saliency = saliency_for(method.saliency);
      if (method.pairing.info->needs_distances) saliencies_[*stage.saliency]->need_distances();
    }
    methods_.push_back(std::move(stage));
  }

  std::size_t saliency_for(const Part<SaliencyInfo>& part) {
    for (std::size_t i = 0; i < saliencies_.size(); ++i) {
      if (saliencies_[i]->serves(part)) return i;
    }
    saliencies_.push_back(std::make_unique<SaliencyStage>(part, size_, times_));
    return saliencies_.size() - 1;
  }

  Size size_;
  ParallelFor parallel_;
  StageTimes* times_;
  std::vector<std::unique_ptr<SaliencyStage>> saliencies_;
  std::vector<MethodStage> methods_;
};

}  // namespace

std::unique_ptr<Engine> make_cpu_engine(std::span<const Method> methods, Size size,
                                        ParallelFor parallel, StageTimes* times) {
  return std::make_unique<CpuEngine>(methods, size, std::move(parallel), times);
}

}  // namespace guidedmixup

// The CPU engine: the plain functions of saliency, pairing and mixing, spread over threads.
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <tbb/enumerable_thread_specific.h>

#include <guidedmixup/engine/engine.hpp>

#include "../method_stages.hpp"

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
  [[nodiscard]] std::uint64_t map_bytes() const {
    return static_cast<std::uint64_t>(workers_.local().detector->map_size().pixels()) *
           sizeof(float);
  }

  // The map of one image and its vector.
  void detect(ImageView image, SaliencyMap& map, SharedValues& vector) const {
    const StageTimes::Timer timer(times_, Stage::kSaliency);
    Worker& worker = workers_.local();
    map = worker.detector->detect(image);
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
  mutable tbb::enumerable_thread_specific<Worker> workers_;
};

using CpuStages = MethodStages<SaliencyStage>;

class CpuPreparedBatch final : public PreparedBatch {
 public:
  CpuPreparedBatch(const BatchRequest& request, const LoadImage& load, Size size,
                   const CpuStages& stages, const ParallelFor& parallel, StageTimes* times)
      : images_(request.count),
        saliencies_(stages.saliencies().size()),
        stages_(stages),
        parallel_(parallel),
        times_(times) {
    const std::vector<std::size_t> needed = stages_.saliencies_of(request.methods);
    for (const std::size_t s : needed) {
      saliencies_[s].maps.resize(images_.size());
      saliencies_[s].vectors.resize(images_.size());
    }
    parallel_(request.count, [&](int i) {
      images_[i] = load(i);  // and works on it at once: it lies in this thread's cache
      if (images_[i] == nullptr) return;
      GUIDEDMIXUP_CHECK(images_[i]->size() == size, ==, true);
      for (const std::size_t s : needed) {
        stages_.saliencies()[s]->detect(images_[i]->view(), saliencies_[s].maps[i],
                                        saliencies_[s].vectors[i]);
      }
    });
    drop_unusable();
    for (const SharedImage& image : images_) views_.push_back(image->view());
    for (const std::size_t s : needed) {
      stages_.saliencies()[s]->add_distances(saliencies_[s], parallel_);
    }
  }

  [[nodiscard]] int count() const override { return static_cast<int>(images_.size()); }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = stages_.method(method).saliency;
    if (!saliency || !saliencies_[*saliency].distances) return nullptr;
    return &*saliencies_[*saliency].distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = stages_.method(method).saliency;
    if (!saliency) return {};
    if (const auto& matrix = saliencies_[*saliency].distances) {  // holds them, equal to the bit
      return distances_to_partners(*matrix, partners);
    }
    std::vector<float> result(partners.size());
    const auto& vectors = saliencies_[*saliency].vectors;
    parallel_(static_cast<int>(partners.size()),
              [&](int i) { result[i] = l2_distance(*vectors[i], *vectors[partners[i]]); });
    return result;
  }

  [[nodiscard]] std::vector<float> grid_map(int method, int k) const override {
    const auto values = saliencies_[*stages_.method(method).saliency].maps[k].grid_values();
    return {values.begin(), values.end()};
  }

  void mix(int method, std::span<const int> partners, std::span<const std::uint32_t> slots,
           const DrawKey& key, const UseMixed& use) const override {
    const MethodStage& stage = stages_.method(method);
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
  const CpuStages& stages_;
  const ParallelFor& parallel_;
  StageTimes* times_;
};

class CpuEngine final : public Engine {
 public:
  CpuEngine(std::span<const Method> methods, Size size, ParallelFor parallel, StageTimes* times)
      : size_(size), parallel_(std::move(parallel)), times_(times) {
    const auto make = [&](const Part<SaliencyInfo>& part) {
      return std::make_unique<SaliencyStage>(part, size_, times_);
    };
    for (const Method& method : methods) stages_.add(method, make);
  }

  [[nodiscard]] std::string name() const override { return "cpu"; }

  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                       const LoadImage& load) const override {
    GUIDEDMIXUP_CHECK(request.count, >=, 1);
    return std::make_unique<CpuPreparedBatch>(request, load, size_, stages_, parallel_, times_);
  }

  [[nodiscard]] std::uint64_t map_bytes() const override {
    std::uint64_t bytes = 0;
    for (const auto& saliency : stages_.saliencies()) bytes += saliency->map_bytes();
    return bytes;
  }

 private:
  Size size_;
  ParallelFor parallel_;
  StageTimes* times_;
  CpuStages stages_;
};

}  // namespace

std::unique_ptr<Engine> make_cpu_engine(std::span<const Method> methods, Size size,
                                        ParallelFor parallel, StageTimes* times) {
  return std::make_unique<CpuEngine>(methods, size, std::move(parallel), times);
}

}  // namespace guidedmixup

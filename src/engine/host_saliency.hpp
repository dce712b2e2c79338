/// Saliency that the host computes: for the CPU engine all of it, for others what they have no code
/// for.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <guidedmixup/core/batch_sample.hpp>
#include <guidedmixup/core/parallel.hpp>
#include <guidedmixup/core/stage_times.hpp>
#include <guidedmixup/method/method_set.hpp>
#include <guidedmixup/pairing/distance_matrix.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {

/// The distance of each image to its partner.
[[nodiscard]] inline std::vector<float> distances_to_partners(const DistanceMatrix& matrix,
                                                              std::span<const int> partners) {
  std::vector<float> result(partners.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = matrix.at(static_cast<int>(i), partners[i]);
  }
  return result;
}

/// What methods of one saliency share in a mini-batch. Entry k of `maps` and `vectors` belongs to
/// sample k.
struct HostSaliencyBatch {
  std::vector<SaliencyMap> maps;
  std::vector<SharedValues> vectors;        ///< see DistanceVectors; empty once all are compared
  std::optional<DistanceMatrix> distances;  ///< when a pairing needs it

  void resize(std::size_t count) {
    maps.resize(count);
    vectors.resize(count);
  }

  /// Leaves out what belongs to samples without an image.
  void drop_unusable(std::span<const BatchSample> samples) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < maps.size(); ++i) {
      if (samples[i].image == nullptr) continue;
      if (kept != i) {
        maps[kept] = std::move(maps[i]);
        vectors[kept] = std::move(vectors[i]);
      }
      ++kept;
    }
    resize(kept);
  }

  [[nodiscard]] std::vector<float> pair_distances(std::span<const int> partners,
                                                  const ParallelFor& parallel) const {
    if (distances) return distances_to_partners(*distances, partners);  // equal to the bit
    std::vector<float> result(partners.size());
    parallel(static_cast<int>(partners.size()),
             [&](int i) { result[i] = l2_distance(*vectors[i], *vectors[partners[i]]); });
    return result;
  }
};

/// One saliency of the run. Safe to use from several threads.
class HostSaliency {
 public:
  /// Both outlive this.
  HostSaliency(const MethodSet::Saliency& saliency, StageTimes* times)
      : saliency_(saliency), times_(times) {}

  /// Whether it looks at an image as soon as that is loaded, by detect; else at all, by detect_all.
  [[nodiscard]] bool takes_one_image() const { return saliency_.detector->images_at_once() == 1; }

  /// The map of sample i and its vector. `batch` has room for it.
  void detect(std::span<const BatchSample> samples, std::size_t i, HostSaliencyBatch& batch) const {
    detect(samples.subspan(i, 1), std::span(batch.maps).subspan(i, 1),
           std::span(batch.vectors).subspan(i, 1));
  }

  /// The same for all samples, which have their images, as many at a time as the detector takes.
  void detect_all(std::span<const BatchSample> samples, HostSaliencyBatch& batch,
                  const ParallelFor& parallel) const {
    batch.resize(samples.size());
    const auto most = static_cast<std::size_t>(saliency_.detector->images_at_once());
    // The last piece may be shorter; a detector takes up to so many.
    const std::size_t pieces = (samples.size() + most - 1) / most;
    parallel(static_cast<int>(pieces), [&](int piece) {
      const std::size_t first = most * static_cast<std::size_t>(piece);
      const std::size_t count = std::min(most, samples.size() - first);
      detect(samples.subspan(first, count), std::span(batch.maps).subspan(first, count),
             std::span(batch.vectors).subspan(first, count));
    });
  }

  void add_distances(HostSaliencyBatch& batch, const ParallelFor& parallel) const {
    batch.distances = distance_matrix(batch.vectors, parallel);
    // They are as large as the maps, and nobody reads them any more.
    batch.vectors.clear();
  }

 private:
  void detect(std::span<const BatchSample> samples, std::span<SaliencyMap> maps,
              std::span<SharedValues> vectors) const {
    const StageTimes::Timer timer(times_, Stage::kSaliency);
    const Lease worker(*this);
    worker->detector->detect(samples, maps);
    for (std::size_t i = 0; i < maps.size(); ++i) vectors[i] = worker->vector_of(maps[i]);
  }

  struct Worker {
    explicit Worker(const SaliencyDetector& shared) : detector(shared.make_worker()) {}

    SharedValues vector_of(const SaliencyMap& map) {
      // A detector's maps are all of one geometry.
      if (!vectors) vectors.emplace(map.geometry());
      return vectors->vector_of(map);
    }

    std::unique_ptr<SaliencyWorker> detector;
    std::optional<DistanceVectors> vectors;
    std::thread::id thread;  // of its last work: its scratch memory lies in that cache
  };

  // A worker for as long as somebody needs one: so there are as many as threads work at a time.
  class Lease {
   public:
    explicit Lease(const HostSaliency& owner) : owner_(owner), worker_(owner.take()) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      const std::lock_guard lock(owner_.mutex_);
      owner_.free_.push_back(std::move(worker_));
    }
    Worker* operator->() const { return worker_.get(); }

   private:
    const HostSaliency& owner_;
    std::unique_ptr<Worker> worker_;
  };

  [[nodiscard]] std::unique_ptr<Worker> take() const {
    const std::thread::id self = std::this_thread::get_id();
    std::unique_ptr<Worker> worker;
    {
      const std::lock_guard lock(mutex_);
      if (free_.empty()) {
        free_.reserve(++workers_);  // giving it back will take no memory
      } else {
        // The one that this thread had last, if it is free; else the one that was given back last.
        auto own = std::find_if(free_.begin(), free_.end(),
                                [&](const auto& candidate) { return candidate->thread == self; });
        if (own == free_.end()) --own;
        worker = std::move(*own);
        free_.erase(own);
      }
    }
    // Outside of the lock: making one takes scratch memory, and the other threads need not wait for
    // it.
    if (worker == nullptr) worker = std::make_unique<Worker>(*saliency_.detector);
    worker->thread = self;
    return worker;
  }

  [[nodiscard]] DistanceMatrix distance_matrix(const std::vector<SharedValues>& vectors,
                                               const ParallelFor& parallel) const {
    const int count = static_cast<int>(vectors.size());
    const int blocks = (count + kDistanceBlock - 1) / kDistanceBlock;
    // Blocks on and above the diagonal, as one list, so that threads share them evenly.
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

  const MethodSet::Saliency& saliency_;
  StageTimes* times_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Worker>> free_;
  mutable std::size_t workers_ = 0;  // made so far
};

}  // namespace guidedmixup

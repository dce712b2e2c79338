// The CUDA engine: everything between decoding and encoding but the pairing walk runs on the
// device. Built as the module `cuda`.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/engine/engine.hpp>

#include "../cuda_module.hpp"
#include "../host_mixed_batch.hpp"
#include "../host_saliency.hpp"
#include "device_recipes.hpp"
#include "workspace.hpp"

GUIDEDMIXUP_MODULE_IDENTITY

namespace guidedmixup::cuda {
namespace {

// What all mini-batches of a run share. CUDA's current device belongs to a thread, so each thread
// that calls it says first which one is meant.
struct Run {
  int device;
  const MethodSet& methods;
  ParallelFor parallel;
  StageTimes* times;
  std::vector<std::unique_ptr<SaliencyStage>> saliencies{};

  void select() const { GUIDEDMIXUP_CUDA(cudaSetDevice(device)); }
};

// One mini-batch on the device. Everything that it asks for goes to one stream and runs in that
// order, so the host waits only where it reads a result: distances, sums, maps, outputs.
class CudaPreparedBatch final : public PreparedBatch {
 public:
  CudaPreparedBatch(const Run& run, Workspaces& spaces, const BatchRequest& request,
                    const LoadSample& load)
      : run_(run),
        lease_(spaces.take(request.count)),
        space_(lease_->get()),
        saliencies_(run.saliencies.size()) {
    const std::vector<std::size_t> needed = run_.methods.saliencies_of(request.methods);
    upload(request.count, load, needed);
    // A kernel over no images is refused by CUDA.
    if (samples_.empty()) return;
    for (const std::size_t s : needed) {
      if (stage(s).host() == nullptr) {
        const StageTimes::Timer timer(run_.times, Stage::kSaliency);
        compute(s);
      } else {
        finish_on_host(s);
      }
    }
  }

  [[nodiscard]] std::span<const BatchSample> samples() const override { return samples_; }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = run_.methods.saliency_of(method);
    if (!saliency || !saliencies_[*saliency].host.distances) return nullptr;
    return &*saliencies_[*saliency].host.distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = run_.methods.saliency_of(method);
    if (!saliency) return {};
    const Saliency& result = saliencies_[*saliency];
    if (result.host.distances || stage(*saliency).host() != nullptr) {
      return result.host.pair_distances(partners, run_.parallel);
    }
    run_.select();
    upload_partners(partners);
    const int length = shape(*saliency).vector().pixels();
    steps(*saliency).sum(
        count(), length,
        SquaredDifference{result.device.vectors, length, space_.device_partners.data()},
        space_.device_sums.data());
    download_sums(0, count());
    space_.stream.wait();
    std::vector<float> distances;
    for (int k = 0; k < count(); ++k) {
      distances.push_back(static_cast<float>(std::sqrt(space_.sums.data()[k])));
    }
    return distances;
  }

  [[nodiscard]] const SaliencyMap& map(int method, int k) const override {
    const std::size_t s = *run_.methods.saliency_of(method);
    if (stage(s).host() == nullptr) {
      // Several threads may ask for maps at once.
      std::call_once(saliencies_[s].downloaded, [&] { download_maps(s); });
    }
    return saliencies_[s].host.maps[k];
  }

  [[nodiscard]] std::unique_ptr<MixedBatch> mix(int method, std::span<const int> partners,
                                                const DrawKey& key) const override {
    auto host = std::make_unique<HostMixedBatch>(run_.methods, method, *this, partners, key);
    const auto saliency = run_.methods.saliency_of(method);
    auto recipes = device_recipes(*host, count(), saliency && stage(*saliency).host() == nullptr);
    // The host has the images and decides anyway, so it can make whatever the kernels cannot.
    if (!recipes) return host;
    mix_on_device(*recipes, saliency);
    return std::make_unique<CudaMixedBatch>(space_, std::move(*recipes), run_.methods.size());
  }

 private:
  struct Saliency {
    SaliencyResult device{};
    // Of a saliency of the device: its distances, and its maps once somebody asked for one.
    HostSaliencyBatch host;
    std::once_flag downloaded;
  };

  // Each piece goes to the device as soon as its images are there, while the next ones are being
  // decoded. What the host computes, it does at once: the image lies in this thread's cache.
  void upload(int count, const LoadSample& load, std::span<const std::size_t> needed) {
    // By slots and not by images: which samples are usable is known only when all are loaded.
    const Pieces pieces = space_.pieces(count);
    std::vector<std::atomic<int>> missing(static_cast<std::size_t>(pieces.count()));
    for (int piece = 0; piece < pieces.count(); ++piece) missing[piece] = pieces.size(piece);
    samples_.resize(static_cast<std::size_t>(count));
    for (const std::size_t s : needed) {
      if (is_by_image(s)) saliencies_[s].host.resize(samples_.size());
    }
    run_.parallel(count, [&](int slot) {
      samples_[slot] = load(slot);
      if (const SharedImage& image = samples_[slot].image) {
        GUIDEDMIXUP_CHECK(image->size() == run_.methods.size(), ==, true);
        std::memcpy(space_.in.data() + offset(slot), image->span().data(), space_.image_bytes());
        detect_on_host(slot, needed);
      }
      const int piece = pieces.of(slot);
      // Who brings the last image of a piece sends it. The count is atomic, which also makes the
      // copies of the other threads visible to this one.
      if (--missing[piece] > 0) return;
      run_.select();
      const std::size_t start = offset(pieces.first(piece));
      space_.stream.to_device(space_.device_in.data() + start, space_.in.data() + start,
                              offset(pieces.size(piece)));
    });
    drop_unusable();
  }

  void detect_on_host(int slot, std::span<const std::size_t> needed) {
    for (const std::size_t s : needed) {
      if (!is_by_image(s)) continue;
      stage(s).host()->detect(samples_, static_cast<std::size_t>(slot), saliencies_[s].host);
    }
  }
  void finish_on_host(std::size_t s) {
    const HostSaliency& host = *stage(s).host();
    if (!host.takes_one_image()) host.detect_all(samples_, saliencies_[s].host, run_.parallel);
    if (stage(s).needs_distances()) host.add_distances(saliencies_[s].host, run_.parallel);
  }
  // What the host can compute while the images of the mini-batch are still coming.
  [[nodiscard]] bool is_by_image(std::size_t s) const {
    return stage(s).host() != nullptr && stage(s).host()->takes_one_image();
  }

  void drop_unusable() {
    for (Saliency& saliency : saliencies_) saliency.host.drop_unusable(samples_);
    // Images stay in their slots on the device; the table of slots leaves out those that are not
    // there.
    int* slots = space_.numbers.data();
    int usable = 0;
    for (int slot = 0; slot < static_cast<int>(samples_.size()); ++slot) {
      if (samples_[slot].image != nullptr) slots[usable++] = slot;
    }
    std::erase_if(samples_, [](const BatchSample& sample) { return sample.image == nullptr; });
    run_.select();
    space_.stream.to_device(space_.device_slots.data(), slots, samples_.size());
  }

  // Where image k lies among others.
  [[nodiscard]] std::size_t offset(int k) const {
    return space_.image_bytes() * static_cast<std::size_t>(k);
  }

  [[nodiscard]] const SaliencyStage& stage(std::size_t saliency) const {
    return *run_.saliencies[saliency];
  }
  [[nodiscard]] const SaliencyShape& shape(std::size_t saliency) const {
    return stage(saliency).shape();
  }
  [[nodiscard]] DeviceSteps steps(std::size_t saliency) const {
    return space_.steps(space_.saliencies[saliency].transforms(), count());
  }

  // Gives all steps to the stream. Distances are waited for, because the host pairs by them.
  void compute(std::size_t s) {
    DeviceSteps runner = steps(s);
    Saliency& result = saliencies_[s];
    result.device =
        compute_saliency(runner, shape(s), space_.views(), space_.saliencies[s].arrays(count()));
    if (!stage(s).needs_distances()) return;
    runner.distances(result.device.vectors, shape(s).vector().pixels(),
                     space_.distance_parts.data(), space_.device_distances.data());
    // Only what lies above the diagonal is set; the matrix mirrors it.
    const std::size_t images = samples_.size();
    space_.stream.to_host(space_.distances.data(), space_.device_distances.data(), images * images);
    space_.stream.wait();
    DistanceMatrix& matrix = result.host.distances.emplace(count());
    for (int i = 0; i < count(); ++i) {
      for (int j = i + 1; j < count(); ++j) {
        matrix.set(i, j, space_.distances.data()[images * i + j]);
      }
    }
  }

  void download_maps(std::size_t s) const {
    const Extent extent = shape(s).map;
    std::vector<std::shared_ptr<FloatBuffer>> values;
    run_.select();
    for (int k = 0; k < count(); ++k) {
      // Straight into the buffers that the maps keep. They are not pinned, so these copies are
      // slow, but few runs need maps on the host.
      FloatBuffer& map = *values.emplace_back(
          std::make_shared<FloatBuffer>(static_cast<std::size_t>(extent.pixels())));
      space_.stream.to_host(map.data(), saliencies_[s].device.maps + extent.start(k), map.size());
    }
    space_.stream.wait();
    for (auto& map : values) {
      saliencies_[s].host.maps.push_back(
          SaliencyMap::of_normal_values(stage(s).geometry(), std::move(map)));
    }
  }

  void upload_partners(std::span<const int> partners) const {
    // Written again for each method: whoever used it before has waited for work that follows that
    // copy.
    int* staged = space_.numbers.data() + space_.images();
    std::copy(partners.begin(), partners.end(), staged);
    space_.stream.to_device(space_.device_partners.data(), staged, partners.size());
  }

  // Back into pinned memory, so that the host goes on while they come.
  void download_sums(int first, int count) const {
    space_.stream.to_host(space_.sums.data() + first, space_.device_sums.data() + first,
                          static_cast<std::size_t>(count));
  }

  // Has the kernels make all outputs, and sends them back in pieces. The outputs of a method must
  // have been taken before the next one is mixed: all use the same arrays.
  void mix_on_device(const DeviceRecipes& recipes, std::optional<std::size_t> saliency) const {
    run_.select();
    upload_recipes(recipes);
    const Pieces pieces = space_.pieces(count());
    for (int piece = 0; piece < pieces.count(); ++piece) {
      const int first = pieces.first(piece);
      const int size = pieces.size(piece);
      if (recipes.by_maps) {
        mix_by_maps(*saliency, first, size);
      } else {
        mix_by_shares(first, size);
      }
      space_.stream.to_host(space_.out.data() + offset(first),
                            space_.device_out.data() + offset(first), offset(size));
      space_.pieces_done[piece].record(space_.stream.get());
    }
    // One thread waits for the first piece; the others have codecs to run.
    space_.pieces_done[0].wait();
  }

  void upload_recipes(const DeviceRecipes& recipes) const {
    std::vector<int> partners;
    for (std::size_t k = 0; k < recipes.recipes.size(); ++k) {
      const Recipe& recipe = recipes.recipes[k];
      partners.push_back(recipe.sources[1]);
      if (!recipes.by_maps) space_.shares.data()[k] = *box_share(recipe);
    }
    upload_partners(partners);
    if (recipes.by_maps) return;
    space_.stream.to_device(space_.device_shares.data(), space_.shares.data(), samples_.size());
  }

  // Outputs first to first + size - 1, on the device.
  void mix_by_maps(std::size_t s, int first, int size) const {
    const Maps maps = maps_of(shape(s), saliencies_[s].device.maps);
    steps(s).sum(size, extent_of(run_.methods.size()).pixels(),
                 MixGuided{space_.views(), space_.device_partners.data(), maps, first,
                           space_.device_out.data()},
                 space_.device_sums.data() + first);
    download_sums(first, size);
  }
  void mix_by_shares(int first, int size) const {
    space_.steps(nullptr, count())
        .for_each(size, extent_of(run_.methods.size()).pixels(),
                  MixShares{space_.views(), space_.device_partners.data(),
                            space_.device_shares.data(), first, space_.device_out.data()});
  }

  const Run& run_;
  std::unique_ptr<Workspaces::Lease> lease_;
  Workspace& space_;
  std::vector<BatchSample> samples_;
  mutable std::vector<Saliency> saliencies_;  // maps come down on demand
};

// As the CPU engine; what a run shares are tables and workspaces on the device.
class CudaEngine final : public Engine {
 public:
  // The pool keeps a reference to the list of saliencies, which is filled before it makes its first
  // workspace.
  CudaEngine(int device, const MethodSet& methods, ParallelFor parallel, StageTimes* times)
      : run_{.device = device, .methods = methods, .parallel = std::move(parallel), .times = times},
        spaces_(run_.saliencies, methods.size()) {
    run_.select();
    for (const MethodSet::Saliency& saliency : methods.saliencies()) {
      run_.saliencies.push_back(std::make_unique<SaliencyStage>(saliency, methods.size(), times));
    }
  }

  [[nodiscard]] std::string name() const override { return "cuda"; }

  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                       const LoadSample& load) const override {
    GUIDEDMIXUP_CHECK(request.count, >=, 1);
    run_.select();
    return std::make_unique<CudaPreparedBatch>(run_, spaces_, request, load);
  }

  // Maps stay on the device.
  [[nodiscard]] std::uint64_t map_bytes() const override { return 0; }

 private:
  Run run_;
  mutable Workspaces spaces_;
};

// What the module is built for: see cmake/Cuda.cmake.
constexpr int kLeastCapability = 75;

CudaDevice describe(int device) {
  cudaDeviceProp properties{};
  // One device that answers with an error must not hide the others.
  if (const cudaError_t status = cudaGetDeviceProperties(&properties, device);
      status != cudaSuccess) {
    return {"device " + std::to_string(device), cudaGetErrorString(status)};
  }
  CudaDevice result{properties.name, ""};
  if (10 * properties.major + properties.minor < kLeastCapability) {
    result.obstacle = result.name + " has compute capability " + std::to_string(properties.major) +
                      "." + std::to_string(properties.minor) + ", this program needs 7.5 or more";
  }
  return result;
}

}  // namespace
}  // namespace guidedmixup::cuda

extern "C" __attribute__((visibility("default"))) void guidedmixup_cuda_devices(
    guidedmixup::CudaDevices& found) {
  int count = 0;
  if (const cudaError_t status = cudaGetDeviceCount(&count); status != cudaSuccess) {
    found.obstacle = status == cudaErrorInsufficientDriver
                         ? "there is no NVIDIA driver, or it is too old"
                         : cudaGetErrorString(status);
    return;
  }
  for (int device = 0; device < count; ++device) {
    found.devices.push_back(guidedmixup::cuda::describe(device));
  }
}

extern "C" __attribute__((visibility("default"))) guidedmixup::Engine* guidedmixup_make_cuda_engine(
    int number, const guidedmixup::MethodSet& methods, guidedmixup::ParallelFor parallel,
    guidedmixup::StageTimes* times) {
  return new guidedmixup::cuda::CudaEngine(number, methods, std::move(parallel), times);
}

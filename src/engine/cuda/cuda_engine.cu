// The CUDA engine: everything between decoding and encoding but the pairing walk runs on the
// device. Built as the module `cuda`.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/engine/engine.hpp>

#include "../cuda_module.hpp"
#include "../method_stages.hpp"
#include "workspace.hpp"

GUIDEDMIXUP_MODULE_IDENTITY

namespace guidedmixup::cuda {
namespace {

using CudaStages = MethodStages<SaliencyStage>;

// What all mini-batches of a run share. CUDA's current device belongs to a thread, so each thread
// that calls it says first which one is meant.
struct Run {
  int device;
  Size size;
  ParallelFor parallel;
  StageTimes* times;
  CudaStages stages;

  void select() const { GUIDEDMIXUP_CUDA(cudaSetDevice(device)); }
};

class CudaPreparedBatch final : public PreparedBatch {
 public:
  CudaPreparedBatch(const Run& run, Workspaces& spaces, const BatchRequest& request,
                    const LoadImage& load)
      : run_(run),
        lease_(spaces.take(request.count)),
        space_(lease_->get()),
        saliencies_(run.stages.saliencies().size()) {
    upload(request.count, load);
    if (count_ == 0) return;
    const StageTimes::Timer timer(run_.times, Stage::kSaliency);
    for (const std::size_t s : run_.stages.saliencies_of(request.methods)) compute(s);
  }

  [[nodiscard]] int count() const override { return count_; }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = run_.stages.method(method).saliency;
    if (!saliency || !saliencies_[*saliency].distances) return nullptr;
    return &*saliencies_[*saliency].distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = run_.stages.method(method).saliency;
    if (!saliency) return {};
    if (const auto& matrix = saliencies_[*saliency].distances) {
      return distances_to_partners(*matrix, partners);
    }
    run_.select();
    upload_partners(partners);
    const int length = shape(*saliency).vector().pixels();
    steps(*saliency).sum(
        count_, length,
        SquaredDifference{saliencies_[*saliency].at.vectors, length, space_.device_partners.data()},
        space_.device_sums.data());
    download_sums(0, count_);
    space_.stream.wait();
    std::vector<float> result;
    for (int k = 0; k < count_; ++k) {
      result.push_back(static_cast<float>(std::sqrt(space_.sums.data()[k])));
    }
    return result;
  }

  [[nodiscard]] std::vector<float> grid_map(int method, int k) const override {
    const std::size_t saliency = *run_.stages.method(method).saliency;
    const Extent extent = shape(saliency).map;
    std::vector<float> map(static_cast<std::size_t>(extent.pixels()));
    run_.select();
    space_.stream.to_host(map.data(), saliencies_[saliency].at.maps + extent.start(k), map.size());
    space_.stream.wait();
    return map;
  }

  void mix(int method, std::span<const int> partners, std::span<const std::uint32_t> /*slots*/,
           const DrawKey& key, const UseMixed& use) const override {
    const MethodStage& stage = run_.stages.method(method);
    GUIDEDMIXUP_CHECK(stage.mixing != nullptr, ==, true);
    GUIDEDMIXUP_CHECK(std::ssize(partners), ==, count_);
    const MixingFormula formula = *stage.mixing->formula(key, run_.size);
    const Pieces pieces = space_.pieces(count_);
    {
      const StageTimes::Timer timer(run_.times, Stage::kMixing);
      run_.select();
      upload_partners(partners);
      for (int piece = 0; piece < pieces.count(); ++piece) {
        mix_on_device(stage, formula, pieces.first(piece), pieces.size(piece));
        space_.pieces_done[piece].record(space_.stream.get());
      }
      // One thread waits for the first piece; the others have codecs to run.
      space_.pieces_done[0].wait();
    }
    run_.parallel(count_, [&](int k) {
      space_.pieces_done[pieces.of(k)].wait();
      use(k, output(formula, k, partners[k]));
    });
  }

 private:
  struct Saliency {
    SaliencyResult at{};
    std::optional<DistanceMatrix> distances;
  };

  // Each piece goes to the device as soon as its images are there, while the next ones are being
  // decoded.
  void upload(int count, const LoadImage& load) {
    const Pieces pieces = space_.pieces(count);
    std::vector<std::atomic<int>> missing(static_cast<std::size_t>(pieces.count()));
    for (int piece = 0; piece < pieces.count(); ++piece) missing[piece] = pieces.size(piece);
    std::vector<char> usable(static_cast<std::size_t>(count), 0);
    run_.parallel(count, [&](int slot) {
      if (const SharedImage image = load(slot)) {
        GUIDEDMIXUP_CHECK(image->size() == run_.size, ==, true);
        std::memcpy(space_.in.data() + offset(slot), image->span().data(), space_.image_bytes());
        usable[slot] = 1;
      }
      const int piece = pieces.of(slot);
      if (--missing[piece] > 0) return;
      run_.select();
      const std::size_t start = offset(pieces.first(piece));
      space_.stream.to_device(space_.device_in.data() + start, space_.in.data() + start,
                              offset(pieces.size(piece)));
    });
    int* slots = space_.numbers.data();
    for (int slot = 0; slot < count; ++slot) {
      if (usable[slot] != 0) slots[count_++] = slot;
    }
    run_.select();
    space_.stream.to_device(space_.device_slots.data(), slots, static_cast<std::size_t>(count_));
  }

  // Where image k lies among others.
  [[nodiscard]] std::size_t offset(int k) const {
    return space_.image_bytes() * static_cast<std::size_t>(k);
  }

  [[nodiscard]] const SaliencyShape& shape(std::size_t saliency) const {
    return run_.stages.saliencies()[saliency]->shape();
  }
  [[nodiscard]] DeviceSteps steps(std::size_t saliency) const {
    return space_.steps(space_.saliencies[saliency].transforms(), count_);
  }

  void compute(std::size_t s) {
    DeviceSteps on = steps(s);
    Saliency& result = saliencies_[s];
    result.at = compute_saliency(on, shape(s), space_.views(), space_.saliencies[s].arrays(count_));
    if (!run_.stages.saliencies()[s]->needs_distances()) return;
    on.distances(result.at.vectors, shape(s).vector().pixels(), space_.distance_parts.data(),
                 space_.device_distances.data());
    const auto count = static_cast<std::size_t>(count_);
    space_.stream.to_host(space_.distances.data(), space_.device_distances.data(), count * count);
    space_.stream.wait();
    result.distances.emplace(count_);
    for (int i = 0; i < count_; ++i) {
      for (int j = i + 1; j < count_; ++j) {
        result.distances->set(i, j, space_.distances.data()[count * i + j]);
      }
    }
  }

  void upload_partners(std::span<const int> partners) const {
    int* staged = space_.numbers.data() + space_.images();
    std::copy(partners.begin(), partners.end(), staged);
    space_.stream.to_device(space_.device_partners.data(), staged, partners.size());
  }

  void download_sums(int first, int count) const {
    space_.stream.to_host(space_.sums.data() + first, space_.device_sums.data() + first,
                          static_cast<std::size_t>(count));
  }

  // Outputs first to first + count - 1, and their way back.
  void mix_on_device(const MethodStage& stage, const MixingFormula& formula, int first,
                     int count) const {
    const int* partners = space_.device_partners.data();
    const int pixels = extent_of(run_.size).pixels();
    std::uint8_t* out = space_.device_out.data();
    if (formula.by_saliency) {
      const Maps maps = maps_of(shape(*stage.saliency), saliencies_[*stage.saliency].at.maps);
      steps(*stage.saliency)
          .sum(count, pixels, MixGuided{space_.views(), partners, maps, first, out},
               space_.device_sums.data() + first);
      download_sums(first, count);
    } else {
      space_.steps(nullptr, count_)
          .for_each(count, pixels,
                    MixBox{space_.views(), partners, formula.box, formula.inside, formula.outside,
                           first, out});
    }
    space_.stream.to_host(space_.out.data() + offset(first), out + offset(first), offset(count));
  }

  [[nodiscard]] MixedImage output(const MixingFormula& formula, int k, int partner) const {
    MixedImage mixed;
    mixed.pixels = Image::uninitialized(run_.size);
    std::memcpy(mixed.pixels.span().data(), space_.out.data() + offset(k), space_.image_bytes());
    const double lambda = formula.by_saliency
                              ? space_.sums.data()[k] / static_cast<double>(run_.size.pixels())
                              : formula.lambda;
    const auto own = static_cast<float>(lambda);
    mixed.sources = {{k, own}, {partner, 1.0F - own}};
    mixed.draws = formula.draws;
    return mixed;
  }

  const Run& run_;
  std::unique_ptr<Workspaces::Lease> lease_;
  Workspace& space_;
  int count_ = 0;
  std::vector<Saliency> saliencies_;
};

class CudaEngine final : public Engine {
 public:
  CudaEngine(int device, std::span<const Method> methods, Size size, ParallelFor parallel,
             StageTimes* times)
      : run_{device, size, std::move(parallel), times, {}},
        spaces_(run_.stages.saliencies(), size) {
    run_.select();
    for (const Method& method : methods) add(method);
  }

  [[nodiscard]] std::string name() const override { return "cuda"; }

  [[nodiscard]] std::unique_ptr<PreparedBatch> prepare(const BatchRequest& request,
                                                       const LoadImage& load) const override {
    GUIDEDMIXUP_CHECK(request.count, >=, 1);
    run_.select();
    return std::make_unique<CudaPreparedBatch>(run_, spaces_, request, load);
  }

  // Maps stay on the device.
  [[nodiscard]] std::uint64_t map_bytes() const override { return 0; }

 private:
  void add(const Method& method) {
    const auto make = [this](const Part<SaliencyInfo>& part) {
      return std::make_unique<SaliencyStage>(part, run_.size);
    };
    const MethodStage& stage = run_.stages.add(method, make);
    if (stage.mixing != nullptr && !stage.mixing->formula({}, run_.size)) {
      throw RunError("the mixing '" + std::string(method.mixing.info->name) +
                     "' does not run on the cuda engine; use --device cpu");
    }
  }

  Run run_;
  mutable Workspaces spaces_;
};

// What the module is built for: see cmake/Cuda.cmake.
constexpr int kLeastCapability = 75;

CudaDevice describe(int device) {
  cudaDeviceProp properties{};
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
    int number, std::span<const guidedmixup::Method> methods, guidedmixup::Size size,
    guidedmixup::ParallelFor parallel, guidedmixup::StageTimes* times) {
  return new guidedmixup::cuda::CudaEngine(number, methods, size, std::move(parallel), times);
}

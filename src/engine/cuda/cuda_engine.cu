// The CUDA engine: everything between decoding and encoding but the pairing walk runs on the
// device. Built as the module `cuda`.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/engine/engine.hpp>

#include "../cuda_module.hpp"
#include "workspace.hpp"

GUIDEDMIXUP_MODULE_IDENTITY

namespace guidedmixup::cuda {
namespace {

struct MethodStage {
  std::unique_ptr<Mixing> mixing;  // null for `none`, which nobody asks to mix
  std::optional<std::size_t> saliency;
};

// What all mini-batches of a run share. CUDA's current device belongs to a thread, so each thread
// that calls it says first which one is meant.
struct Run {
  int device;
  Size size;
  ParallelFor parallel;
  StageTimes* times;
  std::vector<std::unique_ptr<SaliencyStage>> saliencies;
  std::vector<MethodStage> methods;

  void select() const { GUIDEDMIXUP_CUDA(cudaSetDevice(device)); }
};

class CudaPreparedBatch final : public PreparedBatch {
 public:
  CudaPreparedBatch(const Run& run, Workspaces& spaces, const BatchRequest& request,
                    const LoadImage& load)
      : run_(run), space_(spaces.take(request.count)), saliencies_(run.saliencies.size()) {
    upload(request.count, load);
    if (count_ == 0) return;
    const StageTimes::Timer timer(run_.times, Stage::kSaliency);
    for (const std::size_t s : saliencies_of(request.methods)) compute(s);
  }

  [[nodiscard]] int count() const override { return count_; }

  [[nodiscard]] const DistanceMatrix* distances(int method) const override {
    const auto saliency = run_.methods[method].saliency;
    if (!saliency || !saliencies_[*saliency].distances) return nullptr;
    return &*saliencies_[*saliency].distances;
  }

  [[nodiscard]] std::vector<float> pair_distances(int method,
                                                  std::span<const int> partners) const override {
    const auto saliency = run_.methods[method].saliency;
    if (!saliency) return {};
    std::vector<float> result(partners.size());
    if (const auto& matrix = saliencies_[*saliency].distances) {
      for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = matrix->at(static_cast<int>(i), partners[i]);
      }
      return result;
    }
    run_.select();
    upload_partners(partners);
    const Index length = run_.saliencies[*saliency]->shape().vector().pixels();
    steps(*saliency).sum(count_, length,
                         SquaredDifferenceTerm{saliencies_[*saliency].vectors, length,
                                               space_->get().device_partners.data()},
                         space_->get().device_sums.data());
    download_sums();
    for (int k = 0; k < count_; ++k) {
      result[k] = static_cast<float>(std::sqrt(space_->get().sums.data()[k]));
    }
    return result;
  }

  [[nodiscard]] std::vector<float> grid_map(int method, int k) const override {
    const std::size_t saliency = *run_.methods[method].saliency;
    const Index values = run_.saliencies[saliency]->shape().map.pixels();
    std::vector<float> map(static_cast<std::size_t>(values));
    run_.select();
    space_->get().stream.to_host(map.data(), saliencies_[saliency].maps + values * k, map.size());
    space_->get().stream.wait();
    return map;
  }

  void mix(int method, std::span<const int> partners, std::span<const std::uint32_t> /*slots*/,
           const DrawKey& key, const UseMixed& use) const override {
    const MethodStage& stage = run_.methods[method];
    GUIDEDMIXUP_CHECK(stage.mixing != nullptr, ==, true);
    GUIDEDMIXUP_CHECK(std::ssize(partners), ==, count_);
    const MixingFormula formula = *stage.mixing->formula(key, run_.size);
    {
      const StageTimes::Timer timer(run_.times, Stage::kMixing);
      mix_on_device(stage, formula, partners);
    }
    run_.parallel(count_, [&](int k) { use(k, output(formula, k, partners[k])); });
  }

 private:
  struct SaliencyResult {
    const float* maps = nullptr;
    const float* vectors = nullptr;
    std::optional<DistanceMatrix> distances;
  };

  // Each image goes to the device while the next ones are being decoded.
  void upload(int count, const LoadImage& load) {
    Workspace& space = space_->get();
    std::vector<char> usable(static_cast<std::size_t>(count), 0);
    run_.parallel(count, [&](int slot) {
      const SharedImage image = load(slot);
      if (image == nullptr) return;
      GUIDEDMIXUP_CHECK(image->size() == run_.size, ==, true);
      const std::size_t at = space.image_bytes() * static_cast<std::size_t>(slot);
      std::memcpy(space.in.data() + at, image->span().data(), space.image_bytes());
      run_.select();
      space.stream.to_device(space.device_in.data() + at, space.in.data() + at,
                             space.image_bytes());
      usable[slot] = 1;
    });
    int* slots = space.numbers.data();
    for (int slot = 0; slot < count; ++slot) {
      if (usable[slot] != 0) slots[count_++] = slot;
    }
    run_.select();
    space.stream.to_device(space.device_slots.data(), slots, static_cast<std::size_t>(count_));
  }

  [[nodiscard]] std::vector<std::size_t> saliencies_of(std::span<const int> methods) const {
    std::vector<std::size_t> needed;
    for (const int method : methods) {
      if (const auto& saliency = run_.methods[method].saliency) needed.push_back(*saliency);
    }
    std::sort(needed.begin(), needed.end());
    needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
    return needed;
  }

  [[nodiscard]] DeviceSteps steps(std::size_t saliency) const {
    const Workspace& space = space_->get();
    return {space.stream.get(), space.saliencies[saliency].transforms(), count_};
  }

  void compute(std::size_t s) {
    const Workspace& space = space_->get();
    const SaliencyStage& stage = *run_.saliencies[s];
    SaliencyResult& result = saliencies_[s];
    DeviceSteps on = steps(s);
    SaliencyArrays arrays = space.saliencies[s].arrays(count_);
    compute_maps(on, stage.shape(), space.views(), arrays);
    result.maps = arrays.map;
    result.vectors = compute_vectors(on, stage.shape(), arrays);
    if (!stage.needs_distances()) return;
    on.distances(result.vectors, stage.shape().vector().pixels(), space.device_distances.data());
    const auto count = static_cast<std::size_t>(count_);
    space.stream.to_host(space.distances.data(), space.device_distances.data(), count * count);
    space.stream.wait();
    result.distances.emplace(count_);
    for (int i = 0; i < count_; ++i) {
      for (int j = i + 1; j < count_; ++j) {
        result.distances->set(i, j, space.distances.data()[count * i + j]);
      }
    }
  }

  void upload_partners(std::span<const int> partners) const {
    const Workspace& space = space_->get();
    int* staged = space.numbers.data() + space.images();
    std::copy(partners.begin(), partners.end(), staged);
    space.stream.to_device(space.device_partners.data(), staged, partners.size());
  }

  void download_sums() const {
    const Workspace& space = space_->get();
    space.stream.to_host(space.sums.data(), space.device_sums.data(),
                         static_cast<std::size_t>(count_));
    space.stream.wait();
  }

  void mix_on_device(const MethodStage& stage, const MixingFormula& formula,
                     std::span<const int> partners) const {
    const Workspace& space = space_->get();
    run_.select();
    upload_partners(partners);
    const int* device_partners = space.device_partners.data();
    std::uint8_t* out = space.device_out.data();
    if (formula.by_saliency) {
      const SaliencyShape& shape = run_.saliencies[*stage.saliency]->shape();
      const Maps maps = maps_of(shape, saliencies_[*stage.saliency].maps);
      steps(*stage.saliency)
          .mix(MixGuided{space.views(), device_partners, maps, out}, space.row_sums.data(),
               space.device_sums.data());
    } else {
      DeviceSteps on(space.stream.get(), nullptr, count_);
      on.for_each(count_ * extent_of(run_.size).pixels(),
                  MixBox{space.views(), device_partners, formula.box, formula.inside,
                         formula.outside, out});
    }
    space.stream.to_host(space.out.data(), out,
                         space.image_bytes() * static_cast<std::size_t>(count_));
    download_sums();
  }

  [[nodiscard]] MixedImage output(const MixingFormula& formula, int k, int partner) const {
    const Workspace& space = space_->get();
    MixedImage mixed;
    mixed.pixels = Image::uninitialized(run_.size);
    std::memcpy(mixed.pixels.span().data(),
                space.out.data() + space.image_bytes() * static_cast<std::size_t>(k),
                space.image_bytes());
    const double lambda = formula.by_saliency
                              ? space.sums.data()[k] / static_cast<double>(run_.size.pixels())
                              : formula.lambda;
    const auto own = static_cast<float>(lambda);
    mixed.sources = {{k, own}, {partner, 1.0F - own}};
    mixed.draws = formula.draws;
    return mixed;
  }

  const Run& run_;
  std::unique_ptr<Workspaces::Lease> space_;
  int count_ = 0;
  std::vector<SaliencyResult> saliencies_;
};

class CudaEngine final : public Engine {
 public:
  CudaEngine(int device, std::span<const Method> methods, Size size, ParallelFor parallel,
             StageTimes* times)
      : run_{device, size, std::move(parallel), times, {}, {}}, spaces_(run_.saliencies, size) {
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

  // Maps are computed anew for each round: that takes the device less time than to fetch them.
  [[nodiscard]] std::uint64_t kept_bytes() const override { return 0; }
  void keep_samples(std::uint32_t /*count*/) override {}

 private:
  void add(const Method& method) {
    MethodStage stage;
    if (method.mixing.info->make != nullptr) {
      stage.mixing = method.mixing.info->make(method.mixing.values);
      if (!stage.mixing->formula({}, run_.size)) {
        throw RunError("the mixing '" + std::string(method.mixing.info->name) +
                       "' does not run on the cuda engine; use --device cpu");
      }
    }
    if (method.saliency.info->make != nullptr) {
      stage.saliency = saliency_for(method.saliency);
      if (method.pairing.info->needs_distances) run_.saliencies[*stage.saliency]->need_distances();
    }
    run_.methods.push_back(std::move(stage));
  }

  std::size_t saliency_for(const Part<SaliencyInfo>& part) {
    for (std::size_t i = 0; i < run_.saliencies.size(); ++i) {
      if (run_.saliencies[i]->serves(part)) return i;
    }
    run_.saliencies.push_back(std::make_unique<SaliencyStage>(part, run_.size));
    return run_.saliencies.size() - 1;
  }

  Run run_;
  mutable Workspaces spaces_;
};

}  // namespace
}  // namespace guidedmixup::cuda

extern "C" __attribute__((visibility("default"))) void guidedmixup_cuda_devices(
    guidedmixup::CudaDevices& devices) {
  if (const cudaError_t status = cudaGetDeviceCount(&devices.count); status != cudaSuccess) {
    devices.count = 0;
    devices.detail = status == cudaErrorInsufficientDriver
                         ? "there is no NVIDIA driver, or it is too old"
                         : cudaGetErrorString(status);
    return;
  }
  for (int device = 0; device < devices.count; ++device) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) continue;
    if (!devices.detail.empty()) devices.detail += ", ";
    devices.detail += std::string(properties.name);
  }
}

extern "C" __attribute__((visibility("default"))) guidedmixup::Engine* guidedmixup_make_cuda_engine(
    int number, std::span<const guidedmixup::Method> methods, guidedmixup::Size size,
    guidedmixup::ParallelFor parallel, guidedmixup::StageTimes* times) {
  return new guidedmixup::cuda::CudaEngine(number, methods, size, std::move(parallel), times);
}

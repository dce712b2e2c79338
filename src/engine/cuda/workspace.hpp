/// The memory of one mini-batch in flight, on the device and pinned on the host. Needs a compiler
/// of CUDA.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "../host_saliency.hpp"
#include "device_steps.hpp"
#include "saliency_tables.hpp"

namespace guidedmixup::cuda {

/// One saliency of the run: its tables on the device, or what computes it on the host.
class SaliencyStage {
 public:
  SaliencyStage(const MethodSet::Saliency& saliency, Size size, StageTimes* times)
      : needs_distances_(saliency.needs_distances) {
    const auto on_device = saliency.part.info->on_device;
    if (on_device == nullptr) {
      host_ = std::make_unique<HostSaliency>(saliency, times);
      return;
    }
    const SaliencyTables tables(on_device(saliency.part.values), size);
    geometry_ = std::make_shared<const MapGeometry>(tables.map_geometry());
    shape_ = tables.shape([this](const auto& table) {
      const auto copy = std::make_shared<decltype(device_copy(table))>(device_copy(table));
      // Kept without its type: what matters is only that it lives as long as the shape.
      copies_.push_back(copy);
      return static_cast<decltype(table.data())>(copy->data());
    });
  }

  /// Null where the device has code for it.
  [[nodiscard]] const HostSaliency* host() const { return host_.get(); }
  [[nodiscard]] const SaliencyShape& shape() const { return shape_; }
  [[nodiscard]] const std::shared_ptr<const MapGeometry>& geometry() const { return geometry_; }
  [[nodiscard]] bool needs_distances() const { return needs_distances_; }

 private:
  std::unique_ptr<HostSaliency> host_;
  SaliencyShape shape_{};
  std::shared_ptr<const MapGeometry> geometry_;
  bool needs_distances_;
  std::vector<std::shared_ptr<void>> copies_;  // what the shape points to
};

/// What one saliency needs for a number of images; nothing for one that the host computes.
class SaliencySpace {
 public:
  SaliencySpace() = default;
  SaliencySpace(const SaliencyShape& shape, int images, const Stream& stream) {
    const auto values = [](Extent extent, int count) {
      return static_cast<std::size_t>(extent.start(count));
    };
    // These two exchange their roles from step to step, so both hold the larger of what either
    // gets.
    map_ = DeviceArray<float>(values(shape.longer(), images));
    scratch_ = DeviceArray<float>(values(shape.longer(), images));
    sums_ = DeviceArray<double>(static_cast<std::size_t>(images));
    if (!shape.vectors_are_maps) vectors_ = DeviceArray<float>(values(shape.vector(), images));
    if (shape.uniform) return;
    const int whole = Transform::whole_chunks(images);
    grid_values_ = values(shape.grid, whole);
    grey_ = DeviceArray<float>(grid_values_);
    // Twice: real and imaginary part of each coefficient.
    half_ = DeviceArray<float>(2 * values(shape.half(), whole));
    filtered_ = DeviceArray<float>(2 * grid_values_);
    logs_ = DeviceArray<float>(values(shape.half(), images));
    transforms_ = std::make_unique<Transforms>(shape.grid, stream.get());
  }

  /// Transforms go over whole chunks, whose last images nobody writes: here they are set to 0.
  /// Otherwise the transforms would read memory that nobody has set, which checkers of memory
  /// report.
  void clear(const Stream& stream) const {
    if (transforms_ == nullptr) return;
    stream.clear(grey_.data(), grid_values_);
    stream.clear(filtered_.data(), 2 * grid_values_);
  }

  [[nodiscard]] const Transforms* transforms() const { return transforms_.get(); }
  [[nodiscard]] SaliencyArrays arrays(int count) const {
    return {count,       grey_.data(),    half_.data(),    logs_.data(), filtered_.data(),
            map_.data(), scratch_.data(), vectors_.data(), sums_.data()};
  }

 private:
  std::size_t grid_values_ = 0;
  DeviceArray<float> grey_, half_, logs_, filtered_, map_, scratch_, vectors_;
  DeviceArray<double> sums_;
  std::unique_ptr<Transforms> transforms_;
};

/// A mini-batch goes to the device and comes back in pieces of about a mebibyte, so that copies,
/// kernels and codecs work at the same time and small images do not cost a copy each.
class Pieces {
 public:
  Pieces(int images, std::size_t image_bytes)
      : images_(images),
        length_(static_cast<int>(
            std::clamp<std::size_t>((std::size_t{1} << 20) / image_bytes, 1, images))) {}

  [[nodiscard]] int count() const { return (images_ + length_ - 1) / length_; }
  [[nodiscard]] int of(int image) const { return image / length_; }
  [[nodiscard]] int first(int piece) const { return piece * length_; }
  [[nodiscard]] int size(int piece) const { return std::min(length_, images_ - first(piece)); }

 private:
  int images_;
  int length_;
};

/// A stream and the arrays that a mini-batch of up to `images` images needs. One mini-batch at a
/// time has it. Pinned arrays are written by the host before a copy to the device, and read after
/// one from it; in between they belong to the stream.
class Workspace {
 public:
  Workspace(const std::vector<std::unique_ptr<SaliencyStage>>& stages, Size size, int images)
      : images_(images), extent_(extent_of(size)) {
    const auto count = static_cast<std::size_t>(images);
    const std::size_t bytes = count * image_bytes();
    device_in = DeviceArray<std::uint8_t>(bytes);
    device_out = DeviceArray<std::uint8_t>(bytes);
    device_slots = DeviceArray<int>(count);
    device_partners = DeviceArray<int>(count);
    device_shares = DeviceArray<BoxShare>(count);
    device_sums = DeviceArray<double>(count);
    parts = DeviceArray<double>(count * kMostParts);
    saliencies.reserve(stages.size());
    for (const auto& stage : stages) {
      if (stage->host() != nullptr) {
        saliencies.emplace_back();
        continue;
      }
      saliencies.emplace_back(stage->shape(), images, stream);
      if (!stage->needs_distances() || distances.data() != nullptr) continue;
      distance_parts =
          DeviceArray<double>(static_cast<std::size_t>(DistanceTiles::most_parts(images)));
      device_distances = DeviceArray<float>(count * count);
      distances = PinnedArray<float>(count * count);
    }
    in = PinnedArray<std::uint8_t>(bytes);
    out = PinnedArray<std::uint8_t>(bytes);
    numbers = PinnedArray<int>(2 * count);
    shares = PinnedArray<BoxShare>(count);
    sums = PinnedArray<double>(count);
    pieces_done.resize(static_cast<std::size_t>(pieces(images).count()));
    // Last, and to its end: nothing may be under way on what is given back, whatever fails.
    for (const SaliencySpace& space : saliencies) space.clear(stream);
    stream.wait();
  }

  [[nodiscard]] int images() const { return images_; }
  [[nodiscard]] std::size_t image_bytes() const {
    return 3 * static_cast<std::size_t>(extent_.pixels());
  }
  [[nodiscard]] Pieces pieces(int count) const { return {count, image_bytes()}; }
  [[nodiscard]] Images views() const { return {device_in.data(), device_slots.data(), extent_}; }
  [[nodiscard]] DeviceSteps steps(const Transforms* transforms, int count) const {
    return {stream.get(), transforms, count, parts.data()};
  }

  Stream stream;
  PinnedArray<std::uint8_t> in;   // by slots
  PinnedArray<std::uint8_t> out;  // by images
  PinnedArray<int> numbers;       // slots, then partners
  PinnedArray<BoxShare> shares;   // of outputs
  PinnedArray<double> sums;
  PinnedArray<float> distances;
  DeviceArray<std::uint8_t> device_in;
  DeviceArray<std::uint8_t> device_out;
  DeviceArray<int> device_slots;
  DeviceArray<int> device_partners;
  DeviceArray<BoxShare> device_shares;
  DeviceArray<double> device_sums;
  DeviceArray<double> parts;
  DeviceArray<double> distance_parts;
  DeviceArray<float> device_distances;
  std::vector<SaliencySpace> saliencies;
  std::vector<Event> pieces_done;  // outputs that are back on the host

 private:
  int images_;
  Extent extent_;
};

/// The workspaces of a run: as many as there were mini-batches in flight at the same time, each
/// made once. Safe to use from several threads.
class Workspaces {
 public:
  Workspaces(const std::vector<std::unique_ptr<SaliencyStage>>& stages, Size size)
      : stages_(stages), size_(size) {}

  /// Back in the pool when it is let go; what runs on its stream has ended then.
  class Lease {
   public:
    Lease(Workspaces& pool, std::unique_ptr<Workspace> space)
        : pool_(pool), space_(std::move(space)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      // A failure is not lost: a broken device fails at the next call, too, where it can be thrown.
      (void)cudaStreamSynchronize(space_->stream.get());
      pool_.put_back(std::move(space_));
    }
    [[nodiscard]] Workspace& get() const { return *space_; }

   private:
    Workspaces& pool_;
    std::unique_ptr<Workspace> space_;
  };

  // A smaller one is given up for a larger one, so that the pool never holds both.
  [[nodiscard]] std::unique_ptr<Lease> take(int images) {
    std::unique_ptr<Workspace> space = take_free();
    if (space == nullptr || space->images() < images) {
      space.reset();  // before the larger one
      space = make(images);
    }
    return std::make_unique<Lease>(*this, std::move(space));
  }

 private:
  std::unique_ptr<Workspace> take_free() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return nullptr;
    auto space = std::move(free_.back());
    free_.pop_back();
    return space;
  }
  void put_back(std::unique_ptr<Workspace> space) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(space));
  }

  // The last mini-batch of a round may have so many images more than the others.
  static constexpr int kTail = 2;

  [[nodiscard]] std::unique_ptr<Workspace> make(int images) const {
    try {
      return std::make_unique<Workspace>(stages_, size_, images + kTail);
    } catch (const OutOfDeviceMemory& error) {
      const int fits = largest_that_fits(images);
      throw RunError(std::string(error.what()) +
                     ": no room on the device for another mini-batch of " + std::to_string(images) +
                     " images; " +
                     (fits < 2 ? std::string("try a smaller --size, or --device cpu")
                               : "--batch-size " + std::to_string(fits) + " fits"));
    }
  }

  // By trying: what the transforms need besides their arrays, only their library knows.
  [[nodiscard]] int largest_that_fits(int images) const {
    // By halves: the answer need not be exact, and each trial takes all the memory that it asks
    // for.
    for (images /= 2; images >= 2; images /= 2) {
      try {
        const Workspace trial(stages_, size_, images + kTail);
        return images;
      } catch (const OutOfDeviceMemory&) {
        continue;
      }
    }
    return 0;
  }

  const std::vector<std::unique_ptr<SaliencyStage>>& stages_;
  Size size_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

}  // namespace guidedmixup::cuda

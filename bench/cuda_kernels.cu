// Each kernel of the CUDA engine alone: time and achieved bandwidth, beside what the device reaches
// in a plain copy. Bytes are those that a step cannot do without: each input read once, each output
// written once. Between two steps of a small mini-batch lie the gaps of their launches as well: the
// large one shows what a kernel reaches.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cuda/workspace.hpp"
#include "support/pictures.hpp"

namespace guidedmixup::cuda {
namespace {

// In turn, so that no image is still in the cache. What a step reads of the step before it may well
// be, in a small mini-batch.
constexpr int kWorkspaces = 4;
constexpr int kWarmUp = 2;  // turns
constexpr int kTurns = 10;
constexpr std::size_t kCopyBytes = std::size_t{256} << 20U;  // of the yardstick

double values(Extent extent) { return 4.0 * extent.pixels(); }

// The bytes that a step moves for one image.
double bytes_of(const GreyOnGrid& step) {
  return 3.0 * step.images.extent.pixels() + values(step.grid);
}
double bytes_of(const RemoveMean& step) { return 2 * values(step.grid); }
double bytes_of(const ScaleAndLog& step) { return 5 * values(step.half); }
double bytes_of(const ApplyResidual& step) { return 3 * values(step.half) + 2 * values(step.grid); }
double bytes_of(const BlurAxis<Magnitude>& step) { return 3 * values(step.extent); }
double bytes_of(const BlurAxis<Plain>& step) { return 2 * values(step.extent); }
double bytes_of(const Store<Magnitude>& step) { return 3 * values(step.extent); }
double bytes_of(const Fill& step) { return values(step.extent); }
double bytes_of(const Spread& step) { return values(step.maps.grid) + values(step.maps.full); }
template <typename Step>
double bytes_of(const Weighed<Step>& step) {
  return bytes_of(step.step);
}
double bytes_of(const Normalise& step) { return 2 * values(step.grid); }
double bytes_of(const NormaliseToVector& step) { return 3 * values(step.normalise.grid); }
double bytes_of(const MixGuided& step) {
  return 9.0 * step.images.extent.pixels() + 2 * values(step.maps.grid);
}

struct Cost {
  std::string name;
  double bytes;  // of one image
};

template <typename Step>
Cost cost(const Step& step) {
  return {Step::kName, bytes_of(step)};
}
// The two halves of a blur.
template <typename In>
Cost cost(const BlurAxis<In>& step) {
  return {std::string(step.kName) + (step.along_rows ? " of rows" : " of columns"), bytes_of(step)};
}
template <typename Step>
Cost cost(const Weighed<Step>& step) {
  return cost(step.step);
}

class TimedEvent {
 public:
  TimedEvent() { GUIDEDMIXUP_CUDA(cudaEventCreate(&event_)); }
  TimedEvent(TimedEvent&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  TimedEvent(const TimedEvent&) = delete;
  TimedEvent& operator=(const TimedEvent&) = delete;
  TimedEvent& operator=(TimedEvent&&) = delete;
  ~TimedEvent() {
    if (event_ != nullptr) (void)cudaEventDestroy(event_);
  }
  [[nodiscard]] cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

// What was measured, in the order in which it first came.
class Table {
 public:
  // Gives `work` to the stream, between two events.
  template <typename Work>
  void time(const Cost& cost, int images, cudaStream_t stream, const Work& work) {
    Row& row = row_of(cost);
    row.bytes = cost.bytes * images;
    row.images = images;
    Pending& pending = pending_.emplace_back();
    pending.row = static_cast<std::size_t>(&row - rows_.data());
    GUIDEDMIXUP_CUDA(cudaEventRecord(pending.start.get(), stream));
    work();
    GUIDEDMIXUP_CUDA(cudaEventRecord(pending.end.get(), stream));
  }

  // Takes the times of what was given since the last call, once it is done.
  void collect() {
    for (const Pending& pending : pending_) {
      GUIDEDMIXUP_CUDA(cudaEventSynchronize(pending.end.get()));
      float milliseconds = 0;
      GUIDEDMIXUP_CUDA(cudaEventElapsedTime(&milliseconds, pending.start.get(), pending.end.get()));
      rows_[pending.row].seconds.push_back(1e-3 * static_cast<double>(milliseconds));
    }
    pending_.clear();
  }

  void forget_times() {
    for (Row& row : rows_) row.seconds.clear();
  }

  // The others are compared with the bytes a second of the first row.
  void print() const {
    std::printf("| %-30s | us an image |   GB/s | of a copy |\n", "step");
    std::printf("| %s | ----------: | -----: | --------: |\n", std::string(30, '-').c_str());
    const double copy = rows_.front().bytes / median(rows_.front().seconds);
    for (const Row& row : rows_) {
      const double seconds = median(row.seconds);
      const double rate = row.bytes / seconds;
      std::printf("| %-30s | %11.3f | %6.0f | %8.0f%% |\n", row.name.c_str(),
                  1e6 * seconds / row.images, 1e-9 * rate, 100 * rate / copy);
    }
  }

 private:
  struct Row {
    std::string name;
    double bytes = 0;
    int images = 1;
    std::vector<double> seconds;
  };
  static double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  }
  Row& row_of(const Cost& cost) {
    for (Row& row : rows_) {
      if (row.name == cost.name) return row;
    }
    return rows_.emplace_back(Row{cost.name, 0, 1, {}});
  }

  struct Pending {
    std::size_t row = 0;
    TimedEvent start;
    TimedEvent end;
  };

  std::vector<Row> rows_;
  std::vector<Pending> pending_;
};

// DeviceSteps, each of them timed.
class TimedSteps {
 public:
  TimedSteps(Table& table, const SaliencyShape& shape, const Workspace& space, int images)
      : table_(table),
        shape_(shape),
        stream_(space.stream.get()),
        images_(images),
        steps_(space.steps(space.saliencies[0].transforms(), images)) {}

  template <typename Step>
  void for_each(int images, int count, const Step& step) {
    table_.time(cost(step), images, stream_, [&] { steps_.for_each(images, count, step); });
  }
  template <typename Step>
  void sum(int images, int count, const Step& step, double* out) {
    table_.time(cost(step), images, stream_, [&] { steps_.sum(images, count, step, out); });
  }
  void forward(float* real, float* half) {
    table_.time({"forward transform", values(shape_.grid) + 2 * values(shape_.half())}, images_,
                stream_, [&] { steps_.forward(real, half); });
  }
  void inverse(float* complex_values) {
    table_.time({"inverse transform", 4 * values(shape_.grid)}, images_, stream_,
                [&] { steps_.inverse(complex_values); });
  }
  void distances(const float* vectors, double* parts, float* out) {
    table_.time({"distances", values(shape_.vector()) + 4.0 * images_}, images_, stream_,
                [&] { steps_.distances(vectors, shape_.vector().pixels(), parts, out); });
  }

 private:
  Table& table_;
  const SaliencyShape& shape_;
  cudaStream_t stream_;
  int images_;
  DeviceSteps steps_;
};

void turn(Table& table, const SaliencyShape& shape, Workspace& space) {
  const int images = space.images();
  const std::size_t bytes = space.image_bytes() * static_cast<std::size_t>(images);
  const Cost to_device{"images to the device", static_cast<double>(space.image_bytes())};
  const Cost to_host{"images back", static_cast<double>(space.image_bytes())};
  const cudaStream_t stream = space.stream.get();
  table.time(to_device, images, stream,
             [&] { space.stream.to_device(space.device_in.data(), space.in.data(), bytes); });
  TimedSteps runner(table, shape, space, images);
  const SaliencyResult result =
      compute_saliency(runner, shape, space.views(), space.saliencies[0].arrays(images));
  runner.distances(result.vectors, space.distance_parts.data(), space.device_distances.data());
  runner.sum(images, shape.full.pixels(),
             MixGuided{space.views(), space.device_partners.data(), maps_of(shape, result.maps), 0,
                       space.device_out.data()},
             space.device_sums.data());
  table.time(to_host, images, stream,
             [&] { space.stream.to_host(space.out.data(), space.device_out.data(), bytes); });
}

// Pictures, and each image's neighbour as its partner.
void fill(Workspace& space, Size size) {
  const int images = space.images();
  for (int k = 0; k < images; ++k) {
    const Image picture = bench::picture(size, k);
    std::memcpy(space.in.data() + space.image_bytes() * static_cast<std::size_t>(k),
                picture.span().data(), space.image_bytes());
    space.numbers.data()[k] = k;
    space.numbers.data()[images + k] = (k + 1) % images;
  }
  const auto count = static_cast<std::size_t>(images);
  space.stream.to_device(space.device_slots.data(), space.numbers.data(), count);
  space.stream.to_device(space.device_partners.data(), space.numbers.data() + images, count);
  space.stream.wait();
}

void measure(int side, int images) {
  const Size size{side, side};
  const MethodSet methods(std::vector{parse_method("guided-sr")}, size);
  std::vector<std::unique_ptr<SaliencyStage>> stages;
  stages.push_back(std::make_unique<SaliencyStage>(methods.saliencies().front(), size, nullptr));
  std::vector<std::unique_ptr<Workspace>> spaces;
  for (int i = 0; i < kWorkspaces; ++i) {
    spaces.push_back(std::make_unique<Workspace>(stages, size, images));
    fill(*spaces.back(), size);
  }
  const DeviceArray<std::uint8_t> from(kCopyBytes);
  const DeviceArray<std::uint8_t> to(kCopyBytes);
  const Stream& stream = spaces.front()->stream;
  stream.clear(from.data(), kCopyBytes);
  Table table;
  for (int i = -kWarmUp; i < kTurns; ++i) {
    if (i == 0) table.forget_times();
    table.time({"a copy within the device", 2.0 * static_cast<double>(kCopyBytes) / images}, images,
               stream.get(), [&] {
                 GUIDEDMIXUP_CUDA(cudaMemcpyAsync(to.data(), from.data(), kCopyBytes,
                                                  cudaMemcpyDeviceToDevice, stream.get()));
               });
    table.collect();
    for (const auto& space : spaces) {
      turn(table, stages.front()->shape(), *space);
      table.collect();
    }
  }
  std::printf("\n%d x %d, M = %d\n\n", side, side, images);
  table.print();
}

// `quick`: one small mini-batch, to see that everything works.
int run(bool quick) {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::printf("SKIPPED: there is no CUDA device\n");
    return 77;
  }
  cudaDeviceProp properties{};
  GUIDEDMIXUP_CUDA(cudaGetDeviceProperties(&properties, 0));
  std::printf("%s\n", properties.name);
  if (quick) {
    measure(32, 4);
    return 0;
  }
  measure(224, 64);
  measure(224, 1024);
  measure(32, 64);
  return 0;
}

}  // namespace
}  // namespace guidedmixup::cuda

int main(int argc, char** argv) {
  try {
    return guidedmixup::cuda::run(argc > 1 && std::string(argv[1]) == "--quick");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

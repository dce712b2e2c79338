#include <algorithm>
#include <array>
#include <atomic>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>

#include "host_saliency.hpp"
#include "support/fixture.hpp"
#include "support/whole_batch.hpp"

using namespace guidedmixup;

namespace {

std::vector<int> pair_of(const Method& method, const PreparedBatch& batch, int number) {
  return method.pairing.info->make(method.pairing.values)
      ->pair({batch.count(), batch.distances(number), {}});
}

}  // namespace

TEST_CASE("Guided-SR of F(4, 32): distances, partners, weights and a pixel") {
  const std::vector<Method> methods{parse_method("guided-sr")};
  const auto engine = test::cpu_engine(methods, {32, 32}, serial_for);
  const auto batch = test::prepare_images(*engine, share(test::fixture_images(4, 32)));
  const DistanceMatrix& distances = *batch->distances(0);
  const auto close = [](double value) { return doctest::Approx(value).epsilon(1e-4); };
  CHECK(distances.at(0, 1) * 1e3 == close(25.2722));
  CHECK(distances.at(0, 2) * 1e3 == close(25.5912));
  CHECK(distances.at(0, 3) * 1e3 == close(26.8531));
  CHECK(distances.at(1, 2) * 1e3 == close(26.4378));
  CHECK(distances.at(1, 3) * 1e3 == close(26.1376));
  CHECK(distances.at(2, 3) * 1e3 == close(25.9217));
  const auto partners = pair_of(methods[0], *batch, 0);
  CHECK(partners == std::vector<int>{3, 2, 0, 1});
  const auto mixed = test::mix_all(*batch, 0, partners, {});
  const std::vector<double> lambda{.503041, .498087, .499765, .497892};
  for (int k = 0; k < 4; ++k) {
    CHECK(mixed[k].sources[0].weight == doctest::Approx(lambda[k]).epsilon(2e-5));
  }
  // 102.336, 111.336 and 120.336, rounded.
  CHECK(mixed[0].pixels.row(6)[18] == 102);
  CHECK(mixed[0].pixels.row(6)[19] == 111);
  CHECK(mixed[0].pixels.row(6)[20] == 120);
  const auto pair_distances = batch->pair_distances(0, partners);
  CHECK(pair_distances[0] == distances.at(0, 3));
}

TEST_CASE("several methods share a mini-batch, and threads change nothing") {
  const std::vector<Method> methods{parse_method("guided-sr"), parse_method("cutmix"),
                                    parse_method("guided-sr:blur=both,pairing=random"),
                                    parse_method("none"), parse_method("mixup:pairing=greedy")};
  const Size size{45, 150};
  std::vector<Image> images;
  for (std::uint32_t i = 0; i < 19; ++i) images.push_back(test::noise_image(size, i));
  const auto serial_engine = test::cpu_engine(methods, size, serial_for);
  const auto serial = test::prepare_images(*serial_engine, share(images), 5);
  const auto threaded_engine = test::cpu_engine(methods, size, tbb_parallel_for());
  const auto threaded = test::prepare_images(*threaded_engine, share(images), 5);
  CHECK(serial->distances(0) != nullptr);
  CHECK(serial->distances(1) == nullptr);
  CHECK(serial->distances(2) == nullptr);
  CHECK(serial->distances(4) == serial->distances(0));
  for (int m = 0; m < 5; ++m) {
    std::vector<int> partners;
    if (methods[m].pairing.info->make != nullptr) {
      partners = pair_of(methods[m], *serial, m);
      CHECK(pair_of(methods[m], *threaded, m) == partners);
    }
    CHECK(serial->pair_distances(m, partners) == threaded->pair_distances(m, partners));
    CHECK(serial->pair_distances(m, partners).empty() == (m == 1 || m == 3));
    if (methods[m].mixing.info->make == nullptr) continue;
    const auto a = test::mix_all(*serial, m, partners, {});
    const auto b = test::mix_all(*threaded, m, partners, {});
    for (int k = 0; k < 19; ++k) {
      CHECK(std::ranges::equal(a[k].pixels.span(), b[k].pixels.span()));
      CHECK(a[k].sources[0].weight == b[k].sources[0].weight);
    }
  }
}

TEST_CASE("images that cannot be used are left out, and only what is asked for is computed") {
  const std::vector<Method> methods{parse_method("guided-sr"), parse_method("mixup"),
                                    parse_method("guided-sr:blur=both")};
  const Size size{40, 30};
  StageTimes times;
  const auto engine = test::cpu_engine(methods, size, tbb_parallel_for(), &times);
  std::vector<SharedImage> images;
  for (std::uint32_t i = 0; i < 5; ++i) images.push_back(share(test::noise_image(size, i)));
  std::vector<SharedImage> usable{images[1], images[3], images[4]};
  const std::vector<int> wanted{1};
  const auto mixup_alone =
      engine->prepare({5, wanted}, [&](int i) { return BatchSample{.image = images[i]}; });
  CHECK(mixup_alone->count() == 5);
  CHECK(times.seconds(Stage::kSaliency) == 0.0);
  CHECK(times.seconds(Stage::kDistances) == 0.0);
  images[0] = images[2] = nullptr;
  const auto holes = test::prepare_images(*engine, images, 3);
  const auto dense = test::prepare_images(*engine, usable, 3);
  CHECK(times.seconds(Stage::kSaliency) > 0.0);
  REQUIRE(holes->count() == 3);
  const std::vector<int> partners{1, 2, 0};
  for (const int m : {0, 2}) {
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        CHECK(holes->distances(m)->at(i, j) == dense->distances(m)->at(i, j));
      }
    }
    const auto a = test::mix_all(*holes, m, partners, {});
    const auto b = test::mix_all(*dense, m, partners, {});
    for (int k = 0; k < 3; ++k) {
      CHECK(std::ranges::equal(a[k].pixels.span(), b[k].pixels.span()));
    }
  }
}

TEST_CASE("degenerate mini-batches: one image, two, all black, all equal") {
  const std::vector<Method> methods{parse_method("guided-sr")};
  for (const Size size : {Size{1, 1}, Size{7, 3}, Size{77, 145}}) {
    const auto engine = test::cpu_engine(methods, size, serial_for);
    for (const int count : {1, 2, 3}) {
      std::vector<Image> images(count, test::constant_image(size, 0));
      const auto batch = test::prepare_images(*engine, share(std::move(images)));
      const auto partners = pair_of(methods[0], *batch, 0);
      for (const MixedImage& mixed : test::mix_all(*batch, 0, partners, {})) {
        CHECK(mixed.sources[0].weight == doctest::Approx(0.5));
        CHECK(std::ranges::all_of(mixed.pixels.span(), [](auto value) { return value == 0; }));
      }
    }
  }
}

TEST_CASE("a device by name is never replaced silently") {
  const std::vector<Method> methods{parse_method("guided-sr")};
  const Device cuda{.kind = Device::Kind::kCuda};
  std::string note;
  CHECK(resolve_device("cpu", methods, note) == Device{});
  CHECK(note.empty());
  for (const EngineStatus& engine : engine_statuses()) {
    if (engine.name != "cuda") continue;
    CHECK(resolve_device("auto", methods, note) == (engine.usable ? cuda : Device{}));
    if (engine.usable) continue;
    CHECK(note.find(engine.detail) != std::string::npos);
    CHECK_THROWS_WITH_AS((void)resolve_device("cuda", methods, note),
                         doctest::Contains(engine.detail.c_str()), RunError);
  }
  CHECK_THROWS_WITH_AS((void)resolve_device("cuda:1000", methods, note),
                       doctest::Contains("cuda:1000"), RunError);
  for (const char* wrong : {"gpu", "cpu:1", "cuda:", "cuda:x", ""}) {
    CHECK_THROWS_AS((void)resolve_device(wrong, methods, note), UsageError);
  }
  const MethodSet copies(std::vector{parse_method("none")}, {8, 8});
  CHECK(make_engine({}, copies, serial_for)->name() == "cpu");
  CHECK(engine_name({}) == "cpu");
  CHECK(engine_name({.kind = Device::Kind::kCuda, .number = 1}) == "cuda");
}

TEST_CASE(
    "auto takes the CPU where a device has no code for the methods; the host's parts are named") {
  const std::vector<Method> copies{parse_method("none")};
  std::string note;
  CHECK(resolve_device("auto", copies, note) == Device{});
  CHECK(note.find("no code for any part") != std::string::npos);
  const std::vector<Method> methods{parse_method("guided-sr:saliency=fine-grained"),
                                    parse_method("mixup"), parse_method("guided-sr")};
  CHECK(parts_on_host({}, methods).empty());
  const auto parts = parts_on_host({.kind = Device::Kind::kCuda}, methods);
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].find("saliency 'fine-grained'") != std::string::npos);
}

TEST_CASE("the maps of one image take four bytes for each value of its saliencies") {
  const Size size{40, 30};
  const auto bytes = [&](const std::vector<Method>& methods) {
    return test::cpu_engine(methods, size, serial_for)->map_bytes();
  };
  CHECK(bytes({parse_method("none"), parse_method("mixup")}) == 0);
  CHECK(bytes({parse_method("guided-sr"), parse_method("cutmix:pairing=greedy")}) == 40 * 30 * 4);
  CHECK(bytes({parse_method("guided-sr"), parse_method("guided-sr:blur=both")}) == 2 * 40 * 30 * 4);
}

namespace {

// Looks at up to three images at once and gives each a map by its label.
class ThreeAtOnce final : public SaliencyDetector {
 public:
  explicit ThreeAtOnce(Size size) : geometry_(std::make_shared<MapGeometry>(Size{2, 1}, size)) {}
  [[nodiscard]] std::unique_ptr<SaliencyWorker> make_worker() const override {
    return std::make_unique<Worker>(*this);
  }
  [[nodiscard]] Size map_size() const override { return {2, 1}; }
  [[nodiscard]] int images_at_once() const override { return 3; }
  mutable std::atomic<int> calls{0};
  mutable std::atomic<bool> too_many{false};

 private:
  class Worker final : public SaliencyWorker {
   public:
    explicit Worker(const ThreeAtOnce& owner) : owner_(owner) {}
    void detect(std::span<const BatchSample> samples, std::span<SaliencyMap> maps) override {
      ++owner_.calls;
      if (samples.size() > 3 || maps.size() != samples.size()) owner_.too_many = true;
      for (std::size_t i = 0; i < samples.size(); ++i) {
        const std::array raw{1.0F, static_cast<float>(samples[i].label)};
        maps[i] = {owner_.geometry_, raw};
      }
    }

   private:
    const ThreeAtOnce& owner_;
  };
  std::shared_ptr<const MapGeometry> geometry_;
};

}  // namespace

TEST_CASE("a detector that works on several images at once gets as many as it takes, with labels") {
  const Size size{4, 2};
  auto detector = std::make_unique<ThreeAtOnce>(size);
  const ThreeAtOnce& shared = *detector;
  const MethodSet::Saliency saliency{.part = {}, .detector = std::move(detector)};
  const HostSaliency host(saliency, nullptr);
  CHECK_FALSE(host.takes_one_image());
  std::vector<BatchSample> samples(8);
  for (int k = 0; k < 8; ++k) {
    samples[k].image = share(Image(size));
    samples[k].label = k;
  }
  HostSaliencyBatch batch;
  host.detect_all(samples, batch, tbb_parallel_for());
  CHECK(shared.calls == 3);
  CHECK_FALSE(shared.too_many);
  REQUIRE(batch.maps.size() == 8);
  for (int k = 0; k < 8; ++k) {
    CHECK(batch.maps[k].grid_values()[1] / batch.maps[k].grid_values()[0] == doctest::Approx(k));
    CHECK(batch.vectors[k] != nullptr);
  }
}

#include <algorithm>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>

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
  const auto engine = make_cpu_engine(methods, {32, 32}, serial_for);
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
  const auto serial_engine = make_cpu_engine(methods, size, serial_for);
  const auto serial = test::prepare_images(*serial_engine, share(images), 5);
  const auto threaded_engine = make_cpu_engine(methods, size, tbb_parallel_for());
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
  const auto engine = make_cpu_engine(methods, size, tbb_parallel_for(), &times);
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
    const auto engine = make_cpu_engine(methods, size, serial_for);
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
  std::string note;
  CHECK(resolve_device("cpu", note) == "cpu");
  CHECK(note.empty());
  for (const EngineStatus& engine : engine_statuses()) {
    if (engine.name != "cuda") continue;
    CHECK(resolve_device("auto", note) == (engine.usable ? "cuda" : "cpu"));
    if (engine.usable) continue;
    CHECK(note.find(engine.detail) != std::string::npos);
    CHECK_THROWS_WITH_AS((void)resolve_device("cuda", note),
                         doctest::Contains(engine.detail.c_str()), RunError);
  }
  CHECK_THROWS_WITH_AS((void)resolve_device("cuda:1000", note), doctest::Contains("cuda:1000"),
                       RunError);
  for (const char* wrong : {"gpu", "cpu:1", "cuda:", "cuda:x", ""}) {
    CHECK_THROWS_AS((void)resolve_device(wrong, note), UsageError);
  }
  const std::vector<Method> methods{parse_method("none")};
  CHECK(make_engine("cpu", methods, {8, 8}, serial_for)->name() == "cpu");
  CHECK(engine_of("cpu") == "cpu");
  CHECK(engine_of("cuda:1") == "cuda");
}

TEST_CASE("the maps of one image take four bytes for each value of its saliencies") {
  const Size size{40, 30};
  const auto bytes = [&](const std::vector<Method>& methods) {
    return make_cpu_engine(methods, size, serial_for)->map_bytes();
  };
  CHECK(bytes({parse_method("none"), parse_method("mixup")}) == 0);
  CHECK(bytes({parse_method("guided-sr"), parse_method("cutmix:pairing=greedy")}) == 40 * 30 * 4);
  CHECK(bytes({parse_method("guided-sr"), parse_method("guided-sr:blur=both")}) == 2 * 40 * 30 * 4);
}

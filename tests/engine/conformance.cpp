// The CUDA engine against the CPU engine. Ends with return code 77 where it cannot run: then
// nothing was checked.
#define DOCTEST_CONFIG_IMPLEMENT
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/engine/engine.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/method/method.hpp>

#include "support/files.hpp"
#include "support/fixture.hpp"
#include "support/shared_data.hpp"
#include "support/vectors.hpp"
#include "support/whole_batch.hpp"
#include "tested_engine.hpp"

using namespace guidedmixup;
namespace fs = std::filesystem;

namespace {

// Black, constant, a gradient, a white box on black, and noise for the rest.
std::vector<Image> pictures(Size size, int count) {
  std::vector<Image> images;
  for (int k = 0; k < count; ++k) {
    images.push_back(test::noise_image(size, static_cast<std::uint32_t>(k)));
    const auto paint = [&](const auto& value) {
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
          std::fill_n(images[k].row(y) + 3 * x, 3, static_cast<std::uint8_t>(value(y, x)));
        }
      }
    };
    if (k == 1) paint([](int, int) { return 0; });
    if (k == 3) paint([](int, int) { return 77; });
    if (k == 4) paint([&](int, int x) { return 255 * x / size.width; });
    if (k == 5) {
      paint([&](int y, int x) { return 2 * y > size.height && 3 * x > size.width ? 255 : 0; });
    }
  }
  return images;
}

struct Engines {
  Engines(std::span<const Method> methods, Size size)
      : cpu(test::cpu_engine(methods, size)),
        cuda(test::make_tested_engine(methods, size, tbb_parallel_for())) {
    REQUIRE(cuda->name() == "cuda");
  }
  test::EngineOfMethods cpu;
  test::EngineOfMethods cuda;
};

constexpr float kMapTolerance = 1e-5F;  // of a map's largest value

void compare_maps(const PreparedBatch& cpu, const PreparedBatch& cuda,
                  float tolerance = kMapTolerance) {
  for (int k = 0; k < cpu.count(); ++k) {
    const auto expected = cpu.map(0, k).grid_values();
    const auto found = cuda.map(0, k).grid_values();
    REQUIRE(found.size() == expected.size());
    float worst = 0.0F;
    for (std::size_t i = 0; i < found.size(); ++i) {
      worst = std::max(worst, std::abs(found[i] - expected[i]));
    }
    CAPTURE(k);
    CHECK(worst <= tolerance * *std::max_element(expected.begin(), expected.end()));
  }
}

// Between maps that are nearly equal a distance is rounding: this share of a uniform map's norm.
constexpr double kNoDistance = 1e-5;

bool is_near(float found, float expected, double no_distance) {
  const auto wanted = static_cast<double>(expected);
  return std::abs(static_cast<double>(found) - wanted) <= 1e-4 * wanted + no_distance;
}

void compare_distances(const PreparedBatch& cpu, const PreparedBatch& cuda, std::int64_t pixels) {
  const DistanceMatrix& expected = *cpu.distances(0);
  const DistanceMatrix& found = *cuda.distances(0);
  REQUIRE(found.count() == expected.count());
  const double no_distance = kNoDistance / std::sqrt(static_cast<double>(pixels));
  for (int i = 0; i < found.count(); ++i) {
    for (int j = 0; j < found.count(); ++j) {
      REQUIRE(found.at(i, j) == found.at(j, i));
      CHECK(is_near(found.at(i, j), expected.at(i, j), no_distance));
    }
  }
}

std::vector<int> pair(const Method& method, const PreparedBatch& batch) {
  if (!method.pairing.is_there()) return {};
  DrawKey key;
  key.seed = 3;
  return method.pairing.info->make(method.pairing.values)
      ->pair({batch.count(), batch.distances(0), key});
}

double pixels_of(const std::vector<MixedImage>& outputs) {
  return static_cast<double>(outputs[0].pixels.size().pixels());
}

void compare_outputs(const Method& method, const PreparedBatch& cpu, const PreparedBatch& cuda) {
  const std::vector<int> partners = pair(method, cpu);
  DrawKey key;
  key.seed = 3;
  const auto expected = test::mix_all(cpu, 0, partners, key);
  const auto found = test::mix_all(cuda, 0, partners, key);
  const auto expected_distances = cpu.pair_distances(0, partners);
  const auto found_distances = cuda.pair_distances(0, partners);
  REQUIRE(found_distances.size() == expected_distances.size());
  const double no_distance = kNoDistance / std::sqrt(pixels_of(expected));
  for (std::size_t k = 0; k < found_distances.size(); ++k) {
    CHECK(is_near(found_distances[k], expected_distances[k], no_distance));
  }
  std::size_t near = 0;
  std::size_t all = 0;
  for (std::size_t k = 0; k < found.size(); ++k) {
    REQUIRE(found[k].sources.size() == expected[k].sources.size());
    for (std::size_t s = 0; s < found[k].sources.size(); ++s) {
      CHECK(found[k].sources[s].image == expected[k].sources[s].image);
      CHECK(std::abs(found[k].sources[s].weight - expected[k].sources[s].weight) <= 1e-5F);
    }
    CHECK(found[k].draws == expected[k].draws);
    const auto left = found[k].pixels.span();
    const auto right = expected[k].pixels.span();
    REQUIRE(left.size() == right.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      const int difference = std::abs(int{left[i]} - int{right[i]});
      REQUIRE(difference <= 2);
      near += difference <= 1 ? 1 : 0;
      ++all;
    }
  }
  CHECK(static_cast<double>(near) >= 0.999 * static_cast<double>(all));
}

// Run to run nothing may differ: the images are prepared anew, in other memory, while another
// mini-batch stands between.
void compare_runs(const Method& method, const Engine& engine, std::span<const SharedImage> images,
                  const PreparedBatch& first) {
  const std::vector<SharedImage> reversed(images.rbegin(), images.rend());
  const auto between = test::prepare_images(engine, reversed);
  const auto again = test::prepare_images(engine, images);
  REQUIRE(again->count() == first.count());
  if (method.saliency.is_there()) {
    for (int k = 0; k < first.count(); ++k) {
      CHECK(std::ranges::equal(again->map(0, k).grid_values(), first.map(0, k).grid_values()));
    }
  }
  std::vector<int> partners;
  for (int k = 0; k < first.count(); ++k) {
    partners.push_back((k + 1) % first.count());
    if (first.distances(0) == nullptr) continue;
    for (int j = 0; j < first.count(); ++j) {
      REQUIRE(again->distances(0)->at(k, j) == first.distances(0)->at(k, j));
    }
  }
  CHECK(again->pair_distances(0, partners) == first.pair_distances(0, partners));
  const auto found = test::mix_all(*again, 0, partners, {});
  const auto expected = test::mix_all(first, 0, partners, {});
  for (std::size_t k = 0; k < found.size(); ++k) {
    CHECK(std::ranges::equal(found[k].pixels.span(), expected[k].pixels.span()));
    CHECK(found[k].sources[0].weight == expected[k].sources[0].weight);
  }
}

void compare(const std::string& method, const std::vector<SharedImage>& images,
             float map_tolerance = kMapTolerance) {
  const Size size = images.front()->size();
  CAPTURE(method);
  CAPTURE(size.width);
  CAPTURE(size.height);
  CAPTURE(images.size());
  const std::vector<Method> methods{parse_method(method)};
  const Engines engines(methods, size);
  const auto cpu = test::prepare_images(*engines.cpu, images);
  const auto cuda = test::prepare_images(*engines.cuda, images);
  REQUIRE(cuda->count() == static_cast<int>(images.size()));
  if (methods[0].saliency.is_there()) compare_maps(*cpu, *cuda, map_tolerance);
  if (cpu->distances(0) != nullptr) compare_distances(*cpu, *cuda, size.pixels());
  compare_outputs(methods[0], *cpu, *cuda);
  compare_runs(methods[0], *engines.cuda, images, *cuda);
}

// The folders of golden cases: those packed for another machine, or those of the checkout and
// beside it.
std::vector<fs::path> golden_cases() {
  std::vector<fs::path> roots;
  if (const char* packed = std::getenv("GUIDEDMIXUP_GOLDEN")) {
    roots.emplace_back(packed);
  } else {
    roots.push_back(test::source_folder() / "tests" / "golden");
    if (const auto shared = test::shared_data("golden")) roots.push_back(*shared);
  }
  std::vector<fs::path> cases;
  for (const fs::path& root : roots) {
    for (const auto& entry : fs::directory_iterator(root)) {
      if (fs::exists(entry.path() / "in_00.png")) cases.push_back(entry.path());
    }
  }
  return cases;
}

std::vector<Image> golden_images(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("in_")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Image> images;
  for (const fs::path& file : files) {
    auto image = decode(test::read_bytes(file), {});
    REQUIRE(image.ok());
    images.push_back(std::move(image).value());
  }
  return images;
}

// Beside every method with its own parts.
constexpr const char* kMethods[] = {"saliencymix:saliency=spectral-residual",
                                    "guided-sr:blur=image",
                                    "guided-sr:blur=both",
                                    "guided-sr:blur=none",
                                    "guided-sr:saliency=uniform",
                                    "guided-sr:pairing=random",
                                    "guided-sr:saliency=fine-grained",
                                    "cutmix:pairing=greedy"};

}  // namespace

TEST_CASE("each method at sizes of all kinds") {
  std::set<std::string> names(std::begin(kMethods), std::end(kMethods));
  for (const MethodInfo& info : method_registry()) {
    if (info.mixing != "none") names.emplace(info.name);
  }
  for (const std::string& name : names) {
    for (const Size size : {Size{1, 1}, Size{7, 3}, Size{45, 77}, Size{32, 32}, Size{224, 224}}) {
      compare(name, share(pictures(size, 8)));
    }
  }
}

TEST_CASE("a wide picture whose spectrum lies near the floor") {
  // There the logarithm turns the rounding of a transform into 1.6e-5 of the map: so far is the CPU
  // engine, whose transform takes rows in pairs, from the same steps with transforms in double.
  for (const char* name : {"guided-sr", "guided-sr:blur=both", "guided-sr:blur=none"}) {
    compare(name, share(pictures({300, 100}, 8)), 3e-5F);
  }
}

TEST_CASE("golden inputs") {
  const auto cases = golden_cases();
  CHECK_FALSE(cases.empty());
  for (const fs::path& folder : cases) {
    const std::string golden_case = folder.filename();
    CAPTURE(golden_case);
    const auto images = share(golden_images(folder));
    for (const char* name : {"guided-sr", "guided-sr:blur=both"}) compare(name, images);
  }
  std::printf("%zu golden cases\n", cases.size());
}

TEST_CASE("mini-batches of all sizes") {
  for (const int count : {2, 3, 16, 17, 65, 256}) {
    compare("guided-sr", share(pictures({64, 48}, count)));
  }
  compare("guided-sr", share(pictures({32, 32}, 1024)));
}

TEST_CASE("images that cannot be used are left out") {
  const std::vector<Method> methods{parse_method("guided-sr")};
  const Size size{40, 30};
  const Engines engines(methods, size);
  auto images = share(pictures(size, 9));
  images[0] = nullptr;
  images[4] = nullptr;
  const auto cpu = test::prepare_images(*engines.cpu, images);
  const auto cuda = test::prepare_images(*engines.cuda, images);
  REQUIRE(cuda->count() == 7);
  compare_maps(*cpu, *cuda);
  compare_distances(*cpu, *cuda, size.pixels());
  compare_outputs(methods[0], *cpu, *cuda);
}

TEST_CASE("several mini-batches in flight do not disturb each other") {
  const std::vector<Method> methods{parse_method("guided-sr")};
  const Size size{64, 64};
  const Engines engines(methods, size);
  const auto first = share(pictures(size, 20));
  const std::vector<SharedImage> second(first.rbegin(), first.rend());
  const auto cuda_first = test::prepare_images(*engines.cuda, first);
  const auto cuda_second = test::prepare_images(*engines.cuda, second);
  compare_outputs(methods[0], *test::prepare_images(*engines.cpu, first), *cuda_first);
  compare_outputs(methods[0], *test::prepare_images(*engines.cpu, second), *cuda_second);
}

int main(int argc, char** argv) {
  try {
    const test::TestedDevice device = test::tested_device();
    if (!device.usable) {
      std::printf("SKIPPED: the cuda engine is not usable here: %s\n", device.detail.c_str());
      return test::kSkipped;
    }
    std::printf("on %s\n", device.detail.c_str());
    return doctest::Context(argc, argv).run();
  } catch (const RunError& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}

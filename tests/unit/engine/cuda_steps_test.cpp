// What the CUDA engine does to each element, run on the host beside the CPU engine. (What needs a
// device is in tests/engine.)
#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <guidedmixup/engine/engine.hpp>

#include "cuda/saliency_tables.hpp"
#include "support/fixture.hpp"
#include "support/host_steps.hpp"
#include "support/saliency.hpp"
#include "support/whole_batch.hpp"

using namespace guidedmixup;

namespace {

const auto as_is = [](const auto& table) { return table.data(); };

// A mini-batch worked on by the steps of the device.
struct HostBatch {
  HostBatch(const Method& method, const std::vector<Image>& images)
      : size(images.front().size()),
        tables(method.saliency.info->on_device(method.saliency.values), size),
        shape(tables.shape(as_is)),
        count(static_cast<int>(images.size())) {
    // Slots in reverse, as if the images had come in another order.
    for (int k = 0; k < count; ++k) slots.push_back(count - 1 - k);
    for (int slot = 0; slot < count; ++slot) {
      const auto span = images[count - 1 - slot].span();
      pixels.insert(pixels.end(), span.begin(), span.end());
    }
    const auto values = static_cast<std::size_t>(
        count * std::max({shape.longer().pixels(), shape.full.pixels(), shape.half().pixels()}));
    for (auto* array : {&grey, &logs, &map, &scratch, &vectors}) array->resize(values);
    half.resize(2 * values);
    filtered.resize(2 * values);
    sums.resize(static_cast<std::size_t>(count));
    test::HostSteps runner(count, shape.grid);
    at = cuda::compute_saliency(
        runner, shape, views(),
        {count, grey.data(), half.data(), logs.data(), filtered.data(), map.data(), scratch.data(),
         shape.vectors_are_maps ? nullptr : vectors.data(), sums.data()});
  }

  [[nodiscard]] cuda::Images views() const {
    return {pixels.data(), slots.data(), cuda::extent_of(size)};
  }
  [[nodiscard]] double distance(int i, int j) const {
    const int length = shape.vector().pixels();
    const std::vector<int> partners(static_cast<std::size_t>(count), j);
    const cuda::SquaredDifference squared_difference{at.vectors, length, partners.data()};
    double sum = 0.0;
    for (int v = 0; v < length; ++v) sum += squared_difference(i, v);
    return std::sqrt(sum);
  }

  Size size;
  cuda::SaliencyTables tables;
  cuda::SaliencyShape shape;
  int count;
  std::vector<int> slots;
  std::vector<std::uint8_t> pixels;
  std::vector<float> grey, half, logs, filtered, map, scratch, vectors;
  std::vector<double> sums;
  cuda::SaliencyResult at{};
};

// Pictures of all kinds that are hard: noise, black, constant, a gradient, a white box on black.
std::vector<Image> hard_images(Size size) {
  std::vector<Image> images{test::noise_image(size, 1),
                            test::noise_image(size, 2),
                            Image(size),
                            test::constant_image(size, 77),
                            Image(size),
                            Image(size)};
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < kChannels; ++c) {
        images[4].row(y)[3 * x + c] = static_cast<std::uint8_t>(255 * x / size.width);
        const bool in_box = 4 * y >= size.height && 2 * y < size.height && 3 * x >= size.width;
        images[5].row(y)[3 * x + c] = in_box ? 255 : 0;
      }
    }
  }
  return images;
}

void check_maps(const HostBatch& host, const Method& method, const std::vector<Image>& images) {
  for (int k = 0; k < host.count; ++k) {
    const SaliencyMap map = test::detect(*method.saliency.info, method.saliency.values, images[k]);
    const auto expected = map.grid_values();
    REQUIRE(static_cast<int>(expected.size()) == host.shape.map.pixels());
    const float* found = host.at.maps + host.shape.map.start(k);
    const float largest = *std::max_element(expected.begin(), expected.end());
    float worst = 0.0F;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      worst = std::max(worst, std::abs(found[i] - expected[i]));
    }
    CAPTURE(k);
    CHECK(worst <= 1e-5F * largest);
  }
}

void check_distances(const HostBatch& host, const PreparedBatch& batch) {
  const DistanceMatrix& expected = *batch.distances(0);
  for (int i = 0; i < host.count; ++i) {
    for (int j = 0; j < host.count; ++j) {
      const auto distance = static_cast<double>(expected.at(i, j));
      CHECK(std::abs(host.distance(i, j) - distance) <= 1e-4 * distance + 1e-7);
    }
  }
}

void check_mixing(const HostBatch& host, const PreparedBatch& batch) {
  std::vector<int> partners;
  for (int k = 0; k < host.count; ++k) partners.push_back((k + 1) % host.count);
  const auto expected = test::mix_all(batch, 0, partners, {});
  std::vector<std::uint8_t> out(host.pixels.size());
  const cuda::MixGuided mix{host.views(), partners.data(), cuda::maps_of(host.shape, host.at.maps),
                            0, out.data()};
  std::size_t one_level = 0;
  for (int k = 0; k < host.count; ++k) {
    double sum = 0.0;
    for (int j = 0; j < static_cast<int>(host.size.pixels()); ++j) sum += mix(k, j);
    const double lambda = sum / static_cast<double>(host.size.pixels());
    CHECK(std::abs(lambda - static_cast<double>(expected[k].sources[0].weight)) <= 1e-5);
    const auto bytes = expected[k].pixels.span();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const int difference = std::abs(int{out[k * bytes.size() + i]} - int{bytes[i]});
      REQUIRE(difference <= 2);
      one_level += difference <= 1 ? 1 : 0;
    }
  }
  CHECK(static_cast<double>(one_level) >= 0.999 * static_cast<double>(out.size()));
}

}  // namespace

TEST_CASE("the steps of the device give the CPU engine's maps, distances and pixels") {
  for (const char* name :
       {"guided-sr", "guided-sr:blur=image", "guided-sr:blur=both", "guided-sr:blur=none",
        "guided-sr:blur=both,kernel=9,sigma=1.5", "guided-sr:saliency=uniform"}) {
    for (const Size size : {Size{1, 1}, Size{7, 3}, Size{45, 77}, Size{32, 32}, Size{150, 140},
                            Size{40, 130}, Size{2, 2}, Size{300, 100}}) {
      CAPTURE(name);
      CAPTURE(size.width);
      CAPTURE(size.height);
      const std::vector<Method> methods{parse_method(name)};
      const std::vector<Image> images = hard_images(size);
      const auto engine = test::cpu_engine(methods, size, serial_for);
      const auto batch = test::prepare_images(*engine, share(images));
      const HostBatch host(methods[0], images);
      check_maps(host, methods[0], images);
      check_distances(host, *batch);
      check_mixing(host, *batch);
    }
  }
}

TEST_CASE("mixing by shares is what the host makes of the same recipes") {
  const Size size{31, 22};
  std::vector<Image> images;
  std::vector<std::uint8_t> pixels;
  for (std::uint32_t k = 0; k < 3; ++k) {
    images.push_back(test::noise_image(size, k + 1));
    pixels.insert(pixels.end(), images[k].span().begin(), images[k].span().end());
  }
  const std::vector<int> partners{2, 0, 1};
  const std::vector<int> device_slots{0, 1, 2};
  // A box for each output, one of them empty; the whole image is the last one's box.
  const std::vector<BoxShare> shares{
      {.box = {.row1 = 3, .column1 = 5, .row2 = 17, .column2 = 31}},
      {.outside = 0.3F},
      {.box = {.row2 = 22, .column2 = 31}, .inside = 0.75F, .outside = 0.0F}};
  std::vector<std::uint8_t> out(pixels.size());
  const cuda::MixShares mix{{pixels.data(), device_slots.data(), cuda::extent_of(size)},
                            partners.data(),
                            shares.data(),
                            0,
                            out.data()};
  const RecipeImages inputs{.image = [&](int k) { return images[k].view(); }, .map = {}};
  for (int k = 0; k < 3; ++k) {
    for (int j = 0; j < static_cast<int>(size.pixels()); ++j) mix(k, j);
    const MixedImage expected = execute({.sources = {k, partners[k]}, .share = shares[k]}, inputs);
    const auto bytes = expected.pixels.span();
    CHECK(std::ranges::equal(bytes, std::span(out).subspan(k * bytes.size(), bytes.size())));
  }
}

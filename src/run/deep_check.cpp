#include "deep_check.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/run/augment.hpp>

#include "recorded_run.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// design: what may differ between an engine and itself, and between two engines.
constexpr float kSameEngineTie = 1e-5F;
constexpr float kOtherEngineTie = 1e-4F;
constexpr double kWeightTolerance = 1e-5;
constexpr double kDistanceTolerance = 1e-4;
// Distances of maps that are nearly equal are rounding, whatever their ratio: this share of the
// norm of a uniform map, the least that a map can have, counts as none.
constexpr double kNoDistance = 1e-5;
// Another build of a codec decodes a little differently; another picture differs by far more.
constexpr double kPixelTolerance = 1.0;

double mean_difference(ImageView a, ImageView b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.bytes(); ++i) sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  return sum / static_cast<double>(a.bytes());
}

float largest(const DistanceMatrix& distances) {
  float result = 0.0F;
  for (int i = 0; i < distances.count(); ++i) {
    for (int j = i + 1; j < distances.count(); ++j) result = std::max(result, distances.at(i, j));
  }
  return result;
}

bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

bool near(float a, float b) { return near(static_cast<double>(a), static_cast<double>(b), 1e-6); }

// Beta draws go through the mathematical library, which may differ in the last bit.
bool near(const Draw& a, const Draw& b) {
  if (a.name != b.name) return false;
  const auto* number = std::get_if<float>(&a.value);
  const auto* other = std::get_if<float>(&b.value);
  if (number != nullptr && other != nullptr) return near(*number, *other);
  const auto* list = std::get_if<std::vector<float>>(&a.value);
  const auto* others = std::get_if<std::vector<float>>(&b.value);
  if (list == nullptr || others == nullptr) return a == b;
  return std::ranges::equal(*list, *others, [](float x, float y) { return near(x, y); });
}

}  // namespace

DeepCheck::DeepCheck(fs::path folder, const ManifestHeader& header,
                     const std::optional<std::string>& input_root, Differences& differences,
                     const StopFlag& stop)
    : folder_(std::move(folder)),
      header_(header),
      differences_(differences),
      stop_(stop),
      sources_(input_root ? *input_root : (folder_ / header.root).string()),
      method_(method_from(header.run.method)),
      parallel_(tbb_parallel_for()) {
  std::error_code error;
  if (!fs::is_directory(sources_.root(), error)) {
    throw RunError("the sources are not at '" + printable(sources_.root()) +
                   "'; --input DIR says where they are");
  }
  const RunDescription& run = header.run;
  seed_ = recorded_value<std::uint64_t>(run, "seed");
  load_ = recorded_load_options(run);
  encode_ = recorded_encode_options(run);
  no_distance_ = kNoDistance / std::sqrt(static_cast<double>(run.image_size.pixels()));
  engine_ = make_cpu_engine(std::span(&method_, 1), run.image_size, parallel_);
}

void DeepCheck::add(const SampleRecord& record, bool has_size) {
  if (!batch_.empty() &&
      (batch_.back().round != record.round || batch_.back().batch != record.batch)) {
    check_batch();
  }
  batch_.push_back(record);
  has_size_ = has_size_ || has_size;
}

void DeepCheck::finish() {
  if (!batch_.empty()) check_batch();
}

void DeepCheck::add_difference(const SampleRecord& record, const std::string& text) {
  differences_.add(folder_, record.file_name + ": " + text);
}

void DeepCheck::check_batch() {
  if (!has_size_) {
    batch_.clear();
    return;
  }
  has_size_ = false;
  if (auto images = load_sources()) {
    recomputed_ += batch_.size();
    if (batch_.front().kind == SampleKind::kMixed) {
      check_mixed(std::move(*images));
    } else {
      check_unmixed(*images);
    }
  }
  batch_.clear();
}

std::optional<std::vector<Image>> DeepCheck::load_sources() {
  std::vector<Result<Image>> results(batch_.size(), Image());
  parallel_(static_cast<int>(batch_.size()), [&](int k) {
    throw_if_stopped(stop_);
    results[k] = sources_.load(batch_[k].sources.front(), load_);
  });
  std::vector<Image> images;
  for (std::size_t k = 0; k < batch_.size(); ++k) {
    if (results[k].ok()) {
      images.push_back(std::move(results[k]).value());
    } else {
      add_difference(batch_[k], "the source '" + batch_[k].sources.front() +
                                    "': " + results[k].error().message);
    }
  }
  if (images.size() != batch_.size()) return std::nullopt;
  return images;
}

// The place in the mini-batch of each record's second source. A path that was listed twice stands
// twice in a batch; its copies are alike, so each may be anybody's partner once.
std::optional<std::vector<int>> DeepCheck::recorded_partners() {
  std::multimap<std::string, int> places;
  for (std::size_t k = 0; k < batch_.size(); ++k) {
    places.emplace(batch_[k].sources.front(), static_cast<int>(k));
  }
  std::vector<int> partners;
  for (const SampleRecord& record : batch_) {
    const auto found = record.sources.size() == 2 ? places.find(record.sources[1]) : places.end();
    if (found == places.end()) {
      add_difference(record, "its partner is not in its mini-batch, or partner of two");
      return std::nullopt;
    }
    if (record.label_indices[1] != batch_[found->second].label_indices[0]) {
      add_difference(record, "its partner has another class there");
    }
    partners.push_back(found->second);
    places.erase(found);
  }
  return partners;
}

void DeepCheck::check_mixed(std::vector<Image> images) {
  const SampleRecord& first = batch_.front();
  DrawKey key;
  key.seed = seed_;
  key.round = first.round;
  key.batch = first.batch;
  constexpr int kMethod = 0;  // the engine's only one
  const std::vector<SharedImage> shared = share(std::move(images));
  const auto prepared =
      engine_->prepare({static_cast<int>(shared.size()), std::span(&kMethod, 1)}, [&](int i) {
        return BatchSample{
            .image = shared[i], .label = batch_[i].label_indices.front(), .slot = batch_[i].slot};
      });
  const PairingInput input{prepared->count(), prepared->distances(kMethod), key};
  std::vector<int> partners;
  if (method_.pairing.info->make != nullptr) {
    auto recorded = recorded_partners();
    if (!recorded) return;
    partners = std::move(*recorded);
    const auto pairing = method_.pairing.info->make(method_.pairing.values);
    const std::vector<int> expected = pairing->pair(input);
    const auto same_sources = [&] {
      for (std::size_t k = 0; k < batch_.size(); ++k) {
        if (batch_[k].sources[1] != batch_[expected[k]].sources[0]) return false;
      }
      return true;
    };
    if (same_sources()) {
      partners = expected;
    } else {
      const float tie = header_.run.engine == engine_->name() ? kSameEngineTie : kOtherEngineTie;
      const float slack = static_cast<float>(no_distance_) +
                          (input.distances == nullptr ? 0.0F : tie * largest(*input.distances));
      const auto disagreement = pairing->disagreement(input, partners, slack);
      if (disagreement) add_difference(first, "its mini-batch is paired wrongly: " + *disagreement);
    }
  }
  const std::vector<float> distances = prepared->pair_distances(kMethod, partners);
  const auto outputs = prepared->mix(kMethod, partners, key);
  std::vector<MixedImage> mixed(shared.size());
  parallel_(prepared->count(), [&](int k) { mixed[k] = outputs->output(k); });
  for (std::size_t k = 0; k < batch_.size(); ++k) {
    compare(batch_[k], mixed[k], distances.empty() ? std::nullopt : std::optional(distances[k]));
    compare_pixels(batch_[k], mixed[k].pixels.view());
  }
}

void DeepCheck::check_unmixed(const std::vector<Image>& images) {
  for (std::size_t k = 0; k < batch_.size(); ++k) compare_pixels(batch_[k], images[k].view());
}

void DeepCheck::compare(const SampleRecord& record, const MixedImage& mixed,
                        std::optional<float> pair_distance) {
  for (std::size_t s = 0; s < mixed.sources.size() && s < record.label_weights.size(); ++s) {
    const auto expected = static_cast<double>(mixed.sources[s].weight);
    if (!near(static_cast<double>(record.label_weights[s]), expected, kWeightTolerance)) {
      add_difference(record, "weight " + float_text(record.label_weights[s]) + " of '" +
                                 record.sources[s] + "', expected " +
                                 float_text(mixed.sources[s].weight));
    }
  }
  if (pair_distance && record.pair_distance &&
      !near(static_cast<double>(*record.pair_distance), static_cast<double>(*pair_distance),
            no_distance_ + kDistanceTolerance * static_cast<double>(*pair_distance))) {
    add_difference(record, "pair_distance " + float_text(*record.pair_distance) + ", expected " +
                               float_text(*pair_distance));
  }
  const bool same_draws =
      std::equal(record.draws.begin(), record.draws.end(), mixed.draws.begin(), mixed.draws.end(),
                 [](const Draw& a, const Draw& b) { return near(a, b); });
  if (!same_draws) add_difference(record, "its draws are not those of the seed");
}

void DeepCheck::compare_pixels(const SampleRecord& record, ImageView expected) {
  ByteBuffer bytes;
  encode_image(expected, encode_, bytes);
  if (xxh3_of(bytes) == record.xxh3) return;
  const auto written = output_bytes(folder_, record.file_name, header_.run);
  if (!written.ok()) return;  // said by the check of files
  const auto there = decode(written.value(), {});
  const auto fresh = decode(bytes, {});
  if (!there.ok() || !fresh.ok() || there.value().size() != fresh.value().size()) return;
  const double difference = mean_difference(there.value().view(), fresh.value().view());
  if (difference > kPixelTolerance) {
    add_difference(record, "its pixels differ from a fresh result by " +
                               float_text(static_cast<float>(difference)) + " levels on average");
  }
}

}  // namespace guidedmixup

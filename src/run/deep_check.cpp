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

constexpr int kMethod = 0;  // the engine's only one

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

bool has_samples_of(std::span<const SampleRecord> first, std::span<const SampleRecord> pass) {
  return std::equal(first.begin(), first.end(), pass.begin(), pass.end(),
                    [](const SampleRecord& a, const SampleRecord& b) {
                      return a.slot == b.slot && a.sources.front() == b.sources.front();
                    });
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
      methods_(std::vector{method_from(header.run.method)}, header.run.image_size),
      parallel_(tbb_parallel_for()) {
  std::error_code error;
  if (!fs::is_directory(sources_.root(), error)) {
    throw RunError("the sources are not at '" + printable(sources_.root()) +
                   "'; --input DIR says where they are");
  }
  const RunDescription& run = header.run;
  plan_ = recorded_plan(run);
  load_ = recorded_load_options(run);
  encode_ = recorded_encode_options(run);
  no_distance_ = kNoDistance / std::sqrt(static_cast<double>(run.image_size.pixels()));
  engine_ = make_cpu_engine(methods_, parallel_);
}

void DeepCheck::add(const SampleRecord& record, bool has_size) {
  if (!batch_.empty() &&
      (shuffle_of(batch_.back()) != shuffle_of(record) || batch_.back().batch != record.batch)) {
    check_batch();
  }
  batch_.push_back(record);
  has_size_ = has_size_ || has_size;
}

// As Plan::shuffle_of.
std::uint32_t DeepCheck::shuffle_of(const SampleRecord& record) const {
  return record.round == plan_.rounds ? 0 : record.round / plan_.reuse;
}

void DeepCheck::finish() {
  if (!batch_.empty()) check_batch();
}

void DeepCheck::add_difference(const SampleRecord& record, const std::string& text) {
  differences_.add(folder_, record.file_name + ": " + text);
}

void DeepCheck::check_batch() {
  if (has_size_) check_passes();
  has_size_ = false;
  batch_.clear();
}

// The records of one round, or the originals.
DeepCheck::Pass DeepCheck::pass_from(std::size_t first) const {
  std::size_t end = first;
  while (end < batch_.size() && batch_[end].round == batch_[first].round) ++end;
  return Pass(batch_).subspan(first, end - first);
}

// The images are the same in each pass, so they are loaded, and prepared, once.
void DeepCheck::check_passes() {
  const Pass first = pass_from(0);
  const auto images = load_sources(first);
  if (!images) return;
  std::unique_ptr<PreparedBatch> prepared;
  std::optional<UsedPairs> used;
  if (methods_.method(kMethod).avoids_used_pairs()) used.emplace(static_cast<int>(first.size()));
  for (std::size_t begin = 0; begin < batch_.size();) {
    const Pass pass = pass_from(begin);
    begin += pass.size();
    if (!has_samples_of(first, pass)) {
      add_difference(pass.front(), "its mini-batch has not the samples of round " +
                                       std::to_string(first.front().round));
      continue;
    }
    recomputed_ += pass.size();
    if (pass.front().kind != SampleKind::kMixed) {
      check_unmixed(pass, *images);
      continue;
    }
    if (prepared == nullptr) prepared = prepare(first, *images);
    if (!check_mixed(pass, *prepared, used ? &*used : nullptr)) return;
  }
}

std::unique_ptr<PreparedBatch> DeepCheck::prepare(Pass pass,
                                                  const std::vector<SharedImage>& images) const {
  return engine_->prepare({static_cast<int>(images.size()), std::span(&kMethod, 1)}, [&](int i) {
    return BatchSample{
        .image = images[i], .label = pass[i].label_indices.front(), .slot = pass[i].slot};
  });
}

std::optional<std::vector<SharedImage>> DeepCheck::load_sources(Pass pass) {
  std::vector<Result<Image>> results(pass.size(), Image());
  parallel_(static_cast<int>(pass.size()), [&](int k) {
    throw_if_stopped(stop_);
    results[k] = sources_.load(pass[k].sources.front(), load_);
  });
  std::vector<SharedImage> images;
  for (std::size_t k = 0; k < pass.size(); ++k) {
    if (results[k].ok()) {
      images.push_back(share(std::move(results[k]).value()));
    } else {
      add_difference(pass[k],
                     "the source '" + pass[k].sources.front() + "': " + results[k].error().message);
    }
  }
  if (images.size() != pass.size()) return std::nullopt;
  return images;
}

// The place in the mini-batch of each record's second source. A path that was listed twice stands
// twice in a batch; its copies are alike, so each may be anybody's partner once.
std::optional<std::vector<int>> DeepCheck::recorded_partners(Pass pass) {
  std::multimap<std::string, int> places;
  for (std::size_t k = 0; k < pass.size(); ++k) {
    places.emplace(pass[k].sources.front(), static_cast<int>(k));
  }
  std::vector<int> partners;
  for (const SampleRecord& record : pass) {
    const auto found = record.sources.size() == 2 ? places.find(record.sources[1]) : places.end();
    if (found == places.end()) {
      add_difference(record, "its partner is not in its mini-batch, or partner of two");
      return std::nullopt;
    }
    if (record.label_indices[1] != pass[found->second].label_indices[0]) {
      add_difference(record, "its partner has another class there");
    }
    partners.push_back(found->second);
    places.erase(found);
  }
  return partners;
}

// The partners of one round; nothing when they cannot be known.
std::optional<std::vector<int>> DeepCheck::check_partners(Pass pass, const PairingInput& input) {
  auto recorded = recorded_partners(pass);
  if (!recorded) return std::nullopt;
  const Pairing* pairing = methods_.pairing(kMethod);
  std::vector<int> expected = pairing->pair(input);
  const auto same_sources = [&] {
    for (std::size_t k = 0; k < pass.size(); ++k) {
      if (pass[k].sources[1] != pass[expected[k]].sources[0]) return false;
    }
    return true;
  };
  if (same_sources()) return expected;
  const float tie = header_.run.engine == engine_->name() ? kSameEngineTie : kOtherEngineTie;
  const float slack = static_cast<float>(no_distance_) +
                      (input.distances == nullptr ? 0.0F : tie * largest(*input.distances));
  const auto disagreement = pairing->disagreement(input, *recorded, slack);
  if (disagreement) {
    add_difference(pass.front(), "its mini-batch is paired wrongly: " + *disagreement);
  }
  return recorded;
}

// False when the rounds behind this one cannot be checked: nobody knows the pairs that it used.
bool DeepCheck::check_mixed(Pass pass, const PreparedBatch& prepared, UsedPairs* used) {
  const DrawKey key{.seed = plan_.seed, .round = pass.front().round, .batch = pass.front().batch};
  std::vector<int> partners;
  if (methods_.pairing(kMethod) != nullptr) {
    auto found = check_partners(pass, {.count = prepared.count(),
                                       .distances = prepared.distances(kMethod),
                                       .key = key,
                                       .used = used});
    if (!found) return false;
    partners = std::move(*found);
    if (used != nullptr) used->add(partners);
  }
  const std::vector<float> distances = prepared.pair_distances(kMethod, partners);
  const auto outputs = prepared.mix(kMethod, partners, key);
  std::vector<MixedImage> mixed(pass.size());
  parallel_(prepared.count(), [&](int k) { mixed[k] = outputs->output(k); });
  for (std::size_t k = 0; k < pass.size(); ++k) {
    compare(pass[k], mixed[k], distances.empty() ? std::nullopt : std::optional(distances[k]));
    compare_pixels(pass[k], mixed[k].pixels.view());
  }
  return true;
}

void DeepCheck::check_unmixed(Pass pass, const std::vector<SharedImage>& images) {
  for (std::size_t k = 0; k < pass.size(); ++k) compare_pixels(pass[k], images[k]->view());
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

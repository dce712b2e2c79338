// Gathers the records of a mini-batch, makes it again and compares: partners, then distances, draws
// and weights, then pixels. Tolerances are for outputs of another machine, build or engine.
#include "deep_check.hpp"

#include <algorithm>
#include <cmath>

#include <guidedmixup/image_io/encode.hpp>
#include <guidedmixup/pairing/pairing.hpp>

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

// In levels of 8 bits, over all channels. The mean and not the largest difference: another build of
// a codec may round single pixels otherwise, and another picture differs everywhere.
double mean_difference(ImageView a, ImageView b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.bytes(); ++i) sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  return sum / static_cast<double>(a.bytes());
}

// The scale of what a tie between two distances may be.
float largest(const DistanceMatrix& distances) {
  float result = 0.0F;
  for (int i = 0; i < distances.count(); ++i) {
    for (int j = i + 1; j < distances.count(); ++j) result = std::max(result, distances.at(i, j));
  }
  return result;
}

// A NaN is near nothing, so a record with one is a difference.
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

// The sources are where the user says, else where the manifest says, relative to the output.
DeepCheck::DeepCheck(fs::path folder, const ManifestHeader& header,
                     const std::optional<std::string>& input_root, Differences& differences,
                     const StopFlag& stop)
    : folder_(std::move(folder)),
      header_(header),
      differences_(differences),
      stop_(stop),
      run_(header.run, input_root ? *input_root : (folder_ / header.root).string(),
           tbb_parallel_for()),
      encode_(recorded_encode_options(header.run)),
      // A uniform map has 1 / n at each of n pixels, so its norm is 1 / sqrt(n).
      no_distance_(kNoDistance / std::sqrt(static_cast<double>(header.run.image_size.pixels()))) {}

void DeepCheck::add(const SampleRecord& record, bool has_size) {
  // A record of another mini-batch says that the last one is complete.
  if (!records_.empty() && !run_.are_together(records_.back(), record)) check_batch();
  records_.push_back(record);
  has_size_ = has_size_ || has_size;
}

void DeepCheck::finish() {
  if (!records_.empty()) check_batch();
}

void DeepCheck::add_difference(const SampleRecord& record, const std::string& text) {
  differences_.add(folder_, record.file_name + ": " + text);
}

void DeepCheck::check_batch() {
  // The mini-batch is made in images of the header's size, so at least one file must prove that
  // size.
  if (has_size_) {
    RecordedBatch batch(run_, records_, stop_,
                        [this](const SampleRecord& record, const std::string& text) {
                          add_difference(record, text);
                        });
    if (batch.load()) check_passes(batch);
  }
  has_size_ = false;
  records_.clear();
}

void DeepCheck::check_passes(RecordedBatch& batch) {
  // In the order of rounds, because each round's pairing avoids the pairs of those before it.
  for (const RecordedPass pass : batch.passes()) {
    if (!batch.has_samples(pass)) {
      add_difference(pass.front(), "its mini-batch does not have the samples of round " +
                                       std::to_string(batch.passes().front().front().round));
      continue;
    }
    // Reported at the end, so that a check of a few samples is not mistaken for a full one.
    recomputed_ += pass.size();
    if (pass.front().kind != SampleKind::kMixed) {
      check_unmixed(pass, batch.images());
    } else if (!check_mixed(pass, batch)) {
      return;  // nobody knows the pairs that this round used, and the next ones avoided
    }
  }
}

// The partners of one round; nothing when they cannot be known.
std::optional<std::vector<int>> DeepCheck::check_partners(RecordedPass pass, RecordedBatch& batch) {
  auto recorded = batch.recorded_partners(pass);
  const Pairing* pairing = run_.methods.pairing(0);
  if (!recorded || pairing == nullptr) return recorded;
  const PairingInput input = batch.pairing_input(pass);
  // The usual case: the same pairing comes out again, and no tolerance is needed.
  std::vector<int> expected = pairing->pair(input);
  const auto has_source = [&](const SampleRecord& record, int partner) {
    return record.sources[1] == pass[partner].sources[0];
  };
  // By source: copies of one path are alike, and which of them was meant is not recorded.
  if (std::ranges::equal(pass, expected, has_source)) return expected;
  const float tie = header_.run.engine == run_.engine->name() ? kSameEngineTie : kOtherEngineTie;
  const float slack = static_cast<float>(no_distance_) +
                      (input.distances == nullptr ? 0.0F : tie * largest(*input.distances));
  const auto disagreement = pairing->disagreement(input, *recorded, slack);
  if (disagreement) {
    add_difference(pass.front(),
                   "its mini-batch is not paired as the method says: " + *disagreement);
  }
  return recorded;
}

bool DeepCheck::check_mixed(RecordedPass pass, RecordedBatch& batch) {
  const auto partners = check_partners(pass, batch);
  if (!partners) return false;
  // The recorded partners and not the expected ones: the run's later rounds avoided what was really
  // used.
  batch.mark_used(*partners);
  const std::vector<float> distances = batch.pair_distances(*partners);
  const auto outputs = batch.mix(pass, *partners);
  // Made by all threads, compared by this one: differences then come in the order of the records.
  std::vector<MixedImage> mixed(pass.size());
  run_.parallel(static_cast<int>(mixed.size()), [&](int k) { mixed[k] = outputs->output(k); });
  for (std::size_t k = 0; k < pass.size(); ++k) {
    compare(pass[k], mixed[k], distances.empty() ? std::nullopt : std::optional(distances[k]));
    compare_pixels(pass[k], mixed[k].pixels.view());
  }
  return true;
}

void DeepCheck::check_unmixed(RecordedPass pass, const std::vector<SharedImage>& images) {
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
  if (!same_draws) add_difference(record, "its draws differ from the recomputed ones");
}

void DeepCheck::compare_pixels(const SampleRecord& record, ImageView expected) {
  ByteBuffer bytes;
  // Equal bytes need no look at the file, whose checksum has been compared. Else both are decoded:
  // the loss of JPEG is then in both pictures.
  encode_image(expected, encode_, bytes);
  if (xxh3_of(bytes) == record.xxh3) return;
  const auto written = output_bytes(folder_, record.file_name, header_.run);
  if (!written.ok()) return;  // said by the check of files
  const auto there = decode(written.value(), {});
  const auto fresh = decode(bytes, {});
  if (!there.ok() || !fresh.ok() || there.value().size() != fresh.value().size()) return;
  const double difference = mean_difference(there.value().view(), fresh.value().view());
  if (difference > kPixelTolerance) {
    add_difference(record, "its pixels differ from the recomputed image by " +
                               float_text(static_cast<float>(difference)) + " levels on average");
  }
}

}  // namespace guidedmixup

#include "batch_task.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {
namespace {

// The usable images of a mini-batch, in slot order.
struct LoadedBatch {
  std::vector<SharedImage> images;
  std::vector<std::uint32_t> slots;
  std::vector<std::uint32_t> samples;
};

// Loads the images of a mini-batch, each once, from any thread.
class BatchLoader {
 public:
  BatchLoader(const PipelineInput& input, const PlannedBatch& batch)
      : input_(input), samples_(batch.samples), results_(samples_.size(), SharedImage()) {}

  [[nodiscard]] int count() const { return static_cast<int>(samples_.size()); }

  // Null when it cannot be used.
  SharedImage load(int slot) {
    throw_if_stopped(input_.stop);
    results_[slot] = input_.source.load(samples_[slot]);
    return results_[slot].ok() ? results_[slot].value() : nullptr;
  }

  // What was loaded; the others become the task's rejects.
  LoadedBatch finish(BatchTask& task) {
    LoadedBatch loaded;
    for (std::size_t slot = 0; slot < samples_.size(); ++slot) {
      Result<SharedImage>& result = results_[slot];
      if (result.ok()) {
        loaded.images.push_back(std::move(result).value());
        loaded.slots.push_back(static_cast<std::uint32_t>(slot));
        loaded.samples.push_back(samples_[slot]);
        continue;
      }
      const std::string path = input_.samples.path(samples_[slot]);
      task.reject_lines.push_back(reject_line(path, result.error()));
      if (task.first_reject.empty()) {
        task.first_reject = printable(path) + ": " + result.error().message;
      }
    }
    return loaded;
  }

 private:
  const PipelineInput& input_;
  const std::vector<std::uint32_t>& samples_;
  std::vector<Result<SharedImage>> results_;
};

DrawKey key_of(const PipelineInput& input, const PlannedBatch& batch) {
  DrawKey key;
  key.seed = input.plan.config().seed;
  key.round = batch.round;
  key.batch = batch.batch;
  return key;
}

// The partners that a method's pairing chooses; none without pairing.
std::vector<int> pair_batch(const PipelineInput& input, const PreparedBatch& prepared, int method,
                            const DrawKey& key) {
  const Part<PairingInfo>& part = input.methods[method].pairing;
  if (part.info->make == nullptr) return {};
  const StageTimes::Timer timer(&input.statistics.stages, Stage::kPairing);
  const auto pairing = part.info->make(part.values);
  return pairing->pair({prepared.count(), prepared.distances(method), key});
}

// `clean` and `original` records carry the same keys as mixed ones.
SampleRecord unmixed_record(const Method& method, int label, const std::string& source) {
  SampleRecord record;
  record.kind = SampleKind::kClean;
  record.method = method.name;
  record.label_indices = {label};
  record.label_weights = {1.0F};
  record.sources = {source};
  if (method.saliency.info->make != nullptr) record.pair_distance = 0.0F;
  if (method.mixing.info->make != nullptr) {
    record.draws = method.mixing.info->make(method.mixing.values)->neutral_draws();
  }
  return record;
}

class BatchWriter {
 public:
  BatchWriter(const PipelineInput& input, BatchTask& task, const LoadedBatch& loaded)
      : input_(input), task_(task), loaded_(loaded), extension_(to_string(input.encode.format)) {}

  void write_mixed(int method, const PreparedBatch& prepared) {
    const DrawKey key = key_of(input_, task_.batch);
    const std::vector<int> partners = pair_batch(input_, prepared, method, key);
    const std::vector<float> distances = prepared.pair_distances(method, partners);
    task_.sample_lines[method].resize(static_cast<std::size_t>(prepared.count()));
    prepared.mix(method, partners, loaded_.slots, key, [&](int k, const MixedImage& mixed) {
      const auto distance = distances.empty() ? std::nullopt : std::optional(distances[k]);
      write_output(method, k, mixed.pixels.view(),
                   mixed_record(input_.methods[method], mixed, distance));
    });
  }

  void write_unmixed(int method, const std::vector<SharedImage>& images) {
    task_.sample_lines[method].resize(images.size());
    input_.parallel(static_cast<int>(images.size()), [&](int k) {
      const std::uint32_t sample = loaded_.samples[k];
      write_output(method, k, images[k]->view(),
                   unmixed_record(input_.methods[method], input_.samples.label(sample),
                                  input_.samples.path(sample)));
    });
  }

 private:
  [[nodiscard]] SampleRecord mixed_record(const Method& method, const MixedImage& mixed,
                                          std::optional<float> pair_distance) const {
    SampleRecord record;
    record.kind = SampleKind::kMixed;
    record.method = method.name;
    for (const SourceWeight& source : mixed.sources) {
      const std::uint32_t sample = loaded_.samples[source.image];
      record.label_indices.push_back(input_.samples.label(sample));
      record.label_weights.push_back(source.weight);
      record.sources.push_back(input_.samples.path(sample));
    }
    record.pair_distance = pair_distance;
    record.draws = mixed.draws;
    return record;
  }

  void write_output(int method, int k, ImageView pixels, SampleRecord record) {
    throw_if_stopped(input_.stop);
    const ByteBuffer bytes = encode(pixels);
    const std::uint32_t slot = loaded_.slots[k];
    record.file_name = output_name(task_.batch.first_number + slot, extension_);
    record.round = task_.batch.round;
    record.batch = task_.batch.batch;
    record.slot = slot;
    record.xxh3 = xxh3_of(bytes);
    if (task_.batch.original) record.kind = SampleKind::kOriginal;
    task_.sample_lines[method][k] = sample_line(record);
    const StageTimes::Timer timer(&input_.statistics.stages, Stage::kWriting);
    task_.shard->writers[method]->write(record.file_name, bytes);
  }

  [[nodiscard]] ByteBuffer encode(ImageView pixels) const {
    RunStatistics& statistics = input_.statistics;
    const StageTimes::Timer timer(&statistics.stages, Stage::kEncoding);
    ByteBuffer bytes;
    encode_image(pixels, input_.encode, bytes);
    statistics.images_written.fetch_add(1, std::memory_order_relaxed);
    statistics.bytes_written.fetch_add(bytes.size(), std::memory_order_relaxed);
    return bytes;
  }

  const PipelineInput& input_;
  BatchTask& task_;
  const LoadedBatch& loaded_;
  std::string extension_;
};

}  // namespace

void process_batch(const PipelineInput& input, BatchTask& task) {
  task.sample_lines.resize(input.methods.size());
  std::vector<int> mixing;
  std::vector<int> unmixed;
  for (int method = 0; method < static_cast<int>(input.methods.size()); ++method) {
    if (task.shard->writers[method] == nullptr) continue;
    const bool mixes = task.batch.mixed && input.methods[method].mixing.info->make != nullptr;
    (mixes ? mixing : unmixed).push_back(method);
  }
  BatchLoader loader(input, task.batch);
  const auto load = [&](int slot) { return loader.load(slot); };
  std::unique_ptr<PreparedBatch> prepared;
  if (mixing.empty()) {
    input.parallel(loader.count(), load);
  } else {
    prepared = input.engine.prepare({loader.count(), mixing}, load);
  }
  const LoadedBatch loaded = loader.finish(task);
  // One good sample alone has no partner: it is written as it is.
  if (loaded.images.size() < 2) {
    unmixed.insert(unmixed.end(), mixing.begin(), mixing.end());
    mixing.clear();
  }
  BatchWriter writer(input, task, loaded);
  for (const int method : unmixed) writer.write_unmixed(method, loaded.images);
  for (const int method : mixing) {
    throw_if_stopped(input.stop);
    writer.write_mixed(method, *prepared);
  }
}

}  // namespace guidedmixup

#include "batch_task.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {
namespace {

// The usable images of a mini-batch, in slot order. `images` moves on to the engine.
struct LoadedBatch {
  std::vector<SharedImage> images;
  std::vector<std::uint32_t> slots;
  std::vector<std::uint32_t> samples;
};

void throw_if_stopped(const StopFlag& stop) {
  if (const int signal = stop.load(); signal != 0) throw Cancelled(signal, "stopped by a signal");
}

LoadedBatch load_batch(const PipelineInput& input, BatchTask& task) {
  const std::vector<std::uint32_t>& samples = task.batch.samples;
  std::vector<Result<SharedImage>> results(samples.size(), SharedImage());
  input.parallel(static_cast<int>(samples.size()), [&](int slot) {
    throw_if_stopped(input.stop);
    results[slot] = input.source.load(samples[slot]);
  });
  LoadedBatch loaded;
  for (std::size_t slot = 0; slot < samples.size(); ++slot) {
    Result<SharedImage>& result = results[slot];
    if (result.ok()) {
      loaded.images.push_back(std::move(result).value());
      loaded.slots.push_back(static_cast<std::uint32_t>(slot));
      loaded.samples.push_back(samples[slot]);
      continue;
    }
    const std::string path = input.samples.path(samples[slot]);
    task.reject_lines.push_back(reject_line(path, result.error()));
    if (task.first_reject.empty()) {
      task.first_reject = printable(path) + ": " + result.error().message;
    }
  }
  return loaded;
}

DrawKey key_of(const PipelineInput& input, const PlannedBatch& batch) {
  DrawKey key;
  key.seed = input.plan.config().seed;
  key.round = batch.round;
  key.batch = batch.batch;
  return key;
}

// The outputs of one method and what is known of each pair.
struct MixedBatch {
  std::vector<MixedImage> outputs;
  std::vector<float> pair_distances;  // empty for a method without saliency
};

MixedBatch mix_batch(const PipelineInput& input, const PreparedBatch& prepared, int number,
                     const BatchTask& task, const LoadedBatch& loaded) {
  const Method& method = input.methods[static_cast<std::size_t>(number)];
  const DrawKey key = key_of(input, task.batch);
  std::vector<int> partners;
  if (method.pairing.info->make != nullptr) {
    const StageTimes::Timer timer(&input.statistics.stages, Stage::kPairing);
    const auto pairing = method.pairing.info->make(method.pairing.values);
    partners = pairing->pair({prepared.count(), prepared.distances(number), key});
  }
  return {prepared.mix(number, partners, loaded.slots, key),
          prepared.pair_distances(number, partners)};
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
      : input_(input), task_(task), loaded_(loaded) {}

  void write_mixed(std::size_t method, const MixedBatch& mixed) {
    write_outputs(
        method, mixed.outputs.size(), [&](int k) { return mixed.outputs[k].pixels.view(); },
        [&](int k) {
          return mixed_record(
              input_.methods[method], mixed.outputs[k],
              mixed.pair_distances.empty() ? std::nullopt : std::optional(mixed.pair_distances[k]));
        });
  }

  void write_unmixed(std::size_t method, const std::vector<SharedImage>& images) {
    write_outputs(
        method, images.size(), [&](int k) { return images[k]->view(); },
        [&](int k) {
          const std::uint32_t sample = loaded_.samples[k];
          return unmixed_record(input_.methods[method], input_.samples.label(sample),
                                input_.samples.path(sample));
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

  template <typename Pixels, typename Record>
  void write_outputs(std::size_t method, std::size_t count, const Pixels& pixels,
                     const Record& record_of) {
    const ShardWriter& writer = *task_.shard->writers[method];
    std::vector<std::string>& lines = task_.sample_lines[method];
    lines.resize(count);
    const std::string extension(to_string(input_.encode.format));
    input_.parallel(static_cast<int>(count), [&](int k) {
      throw_if_stopped(input_.stop);
      const ByteBuffer bytes = encode(pixels(k));
      SampleRecord record = record_of(k);
      const std::uint32_t slot = loaded_.slots[k];
      record.file_name = output_name(task_.batch.first_number + slot, extension);
      record.round = task_.batch.round;
      record.batch = task_.batch.batch;
      record.slot = slot;
      record.xxh3 = xxh3_of(bytes);
      if (task_.batch.original) record.kind = SampleKind::kOriginal;
      lines[k] = sample_line(record);
      const StageTimes::Timer timer(&input_.statistics.stages, Stage::kWriting);
      writer.write(record.file_name, bytes);
    });
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
};

}  // namespace

void process_batch(const PipelineInput& input, BatchTask& task) {
  task.sample_lines.resize(input.methods.size());
  LoadedBatch loaded = load_batch(input, task);
  if (loaded.images.empty()) return;
  BatchWriter writer(input, task, loaded);
  // One good sample alone has no partner: it is written as it is.
  const bool mixable = task.batch.mixed && loaded.images.size() > 1;
  std::vector<std::size_t> mixing;
  for (std::size_t method = 0; method < input.methods.size(); ++method) {
    if (task.shard->writers[method] == nullptr) continue;
    if (mixable && input.methods[method].mixing.info->make != nullptr) {
      mixing.push_back(method);
    } else {
      writer.write_unmixed(method, loaded.images);
    }
  }
  if (mixing.empty()) return;
  const auto prepared = input.engine.prepare(std::move(loaded.images), loaded.samples);
  for (const std::size_t method : mixing) {
    throw_if_stopped(input.stop);
    writer.write_mixed(method, mix_batch(input, *prepared, static_cast<int>(method), task, loaded));
  }
}

}  // namespace guidedmixup

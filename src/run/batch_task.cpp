// `BatchWork` loads and prepares a mini-batch and goes through its passes; a `PassWriter` makes the
// outputs of one pass. Everything that several threads write has a place of its own, by slot or by
// output, so there are no locks, and no result depends on which thread was first.
#include "batch_task.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/output/output_names.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

#include "mixing_order.hpp"

namespace guidedmixup {
namespace {

// Loads the samples of a mini-batch, each once, from any thread.
class BatchLoader {
 public:
  BatchLoader(const PipelineInput& input, const PlannedBatch& batch)
      : input_(input), samples_(batch.samples), results_(samples_.size(), SharedImage()) {}

  [[nodiscard]] int count() const { return static_cast<int>(samples_.size()); }

  // Without an image when it cannot be used.
  BatchSample load(int slot) {
    throw_if_stopped(input_.stop);
    results_[slot] = input_.source.load(samples_[slot]);
    return sample(static_cast<std::size_t>(slot));
  }

  // What was loaded, in slot order; the others become the task's rejects. Slot order makes the
  // lines the same whichever image was loaded first.
  std::vector<BatchSample> finish(BatchTask& task) {
    std::vector<BatchSample> loaded;
    for (std::size_t slot = 0; slot < samples_.size(); ++slot) {
      const Result<SharedImage>& result = results_[slot];
      if (result.ok()) {
        loaded.push_back(sample(slot));
        continue;
      }
      // A rejected sample leaves its slot empty and moves no other: the plan's numbers stay.
      const std::string path = input_.samples.path(samples_[slot]);
      task.reject_lines.push_back(reject_line(path, result.error()));
      if (task.first_reject.empty()) {
        task.first_reject = printable(path) + ": " + result.error().message;
      }
    }
    return loaded;
  }

 private:
  [[nodiscard]] BatchSample sample(std::size_t slot) const {
    return {.image = results_[slot].ok() ? results_[slot].value() : nullptr,
            .number = samples_[slot],
            .label = input_.samples.label(samples_[slot]),
            .slot = static_cast<std::uint32_t>(slot)};
  }

  const PipelineInput& input_;
  const std::vector<std::uint32_t>& samples_;
  std::vector<Result<SharedImage>> results_;
};

// The partners that a method's pairing chooses; none without pairing. `used`, unless null, has the
// pairs of earlier rounds and gets those of this one.
std::vector<int> pair_batch(const PipelineInput& input, const PreparedBatch& prepared, int method,
                            const DrawKey& key, UsedPairs* used) {
  const Pairing* pairing = input.methods.pairing(method);
  if (pairing == nullptr) return {};
  const StageTimes::Timer timer(&input.statistics.stages, Stage::kPairing);
  std::vector<int> partners = pairing->pair({.count = prepared.count(),
                                             .distances = prepared.distances(method),
                                             .key = key,
                                             .used = used});
  if (used != nullptr) used->add(partners);
  return partners;
}

// `clean` and `original` records carry the same keys as mixed ones.
SampleRecord unmixed_record(const Method& method, int label, const std::string& source) {
  SampleRecord record;
  record.kind = SampleKind::kClean;
  record.method = method.name;
  record.label_indices = {label};
  record.label_weights = {1.0F};
  record.sources = {source};
  if (method.saliency.is_there()) record.pair_distance = 0.0F;
  record.draws = method.mixing.info->unmixed_draws;
  return record;
}

template <typename Work>
auto timed_mixing(const PipelineInput& input, const Work& work) {
  const StageTimes::Timer timer(&input.statistics.stages, Stage::kMixing);
  return work();
}

// Writes one pass of a mini-batch: a round, or the originals. Holds references only; it is made
// anew for each pass.
class PassWriter {
 public:
  PassWriter(const PipelineInput& input, BatchTask& task, std::span<const BatchSample> loaded,
             std::uint32_t pass)
      : input_(input),
        task_(task),
        loaded_(loaded),
        pass_(pass),
        round_(input.plan.round_of(task.batch, pass)),
        original_(input.plan.config().is_of_originals(round_)),
        extension_(to_string(input.encode.format)) {}

  // Does the plan have this pass mixed?
  [[nodiscard]] bool mixes() const {
    return !original_ && is_chosen_for_mixing(input_.plan.config(), round_, task_.batch.batch);
  }

  // Partners and recipes are for the loaded images, by their place among these; slots and file
  // numbers are the plan's, with gaps.
  void write_mixed(int method, const PreparedBatch& prepared, UsedPairs* used) {
    const DrawKey key = draw_key(input_.plan.config(), round_, task_.batch.batch);
    const std::vector<int> partners = pair_batch(input_, prepared, method, key, used);
    const std::vector<float> distances = prepared.pair_distances(method, partners);
    const auto outputs = timed_mixing(input_, [&] { return prepared.mix(method, partners, key); });
    const std::vector<int> order = mixing_order(partners, prepared.count());
    // Each output goes on to its file at once, while it lies in this thread's cache.
    input_.parallel(prepared.count(), [&](int i) {
      const int k = order[i];
      const MixedImage mixed = timed_mixing(input_, [&] { return outputs->output(k); });
      const auto distance = distances.empty() ? std::nullopt : std::optional(distances[k]);
      write_output(method, k, mixed.pixels.view(),
                   mixed_record(input_.methods.method(method), mixed, distance));
    });
  }

  void write_unmixed(int method) {
    input_.parallel(static_cast<int>(loaded_.size()), [&](int k) {
      const BatchSample& sample = loaded_[k];
      write_output(method, k, sample.image->view(),
                   unmixed_record(input_.methods.method(method), sample.label,
                                  input_.samples.path(sample.number)));
    });
  }

 private:
  [[nodiscard]] SampleRecord mixed_record(const Method& method, const MixedImage& mixed,
                                          std::optional<float> pair_distance) const {
    SampleRecord record;
    record.kind = SampleKind::kMixed;
    record.method = method.name;
    for (const SourceWeight& source : mixed.sources) {
      const BatchSample& sample = loaded_[source.image];
      record.label_indices.push_back(sample.label);
      record.label_weights.push_back(source.weight);
      record.sources.push_back(input_.samples.path(sample.number));
    }
    record.pair_distance = pair_distance;
    record.draws = mixed.draws;
    return record;
  }

  void write_output(int method, int k, ImageView pixels, SampleRecord record) {
    throw_if_stopped(input_.stop);
    // The checksum is that of the bytes in memory, so `verify` also finds what went wrong in
    // writing them.
    const ByteBuffer bytes = encode(pixels);
    const std::uint32_t slot = loaded_[k].slot;
    record.file_name = output_name(task_.batch.number(pass_, slot), extension_);
    record.round = round_;
    record.batch = task_.batch.batch;
    record.slot = slot;
    record.xxh3 = xxh3_of(bytes);
    if (original_) record.kind = SampleKind::kOriginal;
    // Lines stand pass by pass in slot order, which is the order of the file names.
    task_.sample_lines[method][pass_ * loaded_.size() + k] = sample_line(record);
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
  std::span<const BatchSample> loaded_;
  std::uint32_t pass_;
  std::uint32_t round_;
  bool original_;
  std::string extension_;
};

// Loads a mini-batch, and prepares it for the methods that mix in any of its passes.
class BatchWork {
 public:
  BatchWork(const PipelineInput& input, BatchTask& task)
      : input_(input), task_(task), used_(static_cast<std::size_t>(input.methods.count())) {
    BatchLoader loader(input, task.batch);
    const auto load = [&](int slot) { return loader.load(slot); };
    const std::vector<int> mixing = mixing_methods();
    // Nothing is mixed, as with `none` or by --mix-prob: images are only loaded.
    if (mixing.empty()) {
      input.parallel(loader.count(), load);
    } else {
      prepared_ = input.engine.prepare({loader.count(), mixing}, load);
    }
    loaded_ = loader.finish(task);
    for (const int method : mixing) {
      // With one round there are no earlier pairs to avoid.
      if (task.batch.rounds == 1 || !input.methods.method(method).avoids_used_pairs()) continue;
      used_[method].emplace(static_cast<int>(loaded_.size()));
    }
  }

  void write() {
    const std::uint32_t passes = task_.batch.passes();
    // Pass by pass, and in each all methods: `used_` of a method then has the pairs of all earlier
    // rounds.
    for (std::uint32_t pass = 0; pass < passes; ++pass) {
      PassWriter writer(input_, task_, loaded_, pass);
      const bool mixes = prepared_ != nullptr && writer.mixes();
      for (int method = 0; method < input_.methods.count(); ++method) {
        if (task_.shard->writers[method] == nullptr) continue;
        throw_if_stopped(input_.stop);
        task_.sample_lines[method].resize(passes * loaded_.size());
        if (mixes && can_mix(method)) {
          writer.write_mixed(method, *prepared_, used_[method] ? &*used_[method] : nullptr);
        } else {
          writer.write_unmixed(method);
        }
        // With the rejected ones: the total was planned with them.
        input_.reporter.advance(task_.batch.samples.size());
      }
    }
  }

 private:
  // One usable sample alone has no partner, for most methods: it is written as it is.
  [[nodiscard]] bool can_mix(int method) const {
    return input_.methods.method(method).mixing.info->mixes(std::ssize(loaded_));
  }

  [[nodiscard]] std::vector<int> mixing_methods() const {
    // In any round: a mini-batch that --mix-prob leaves out in all of its rounds needs no maps.
    bool mixes = false;
    for (std::uint32_t r = 0; r < task_.batch.rounds && !mixes; ++r) {
      mixes = is_chosen_for_mixing(input_.plan.config(), task_.batch.first_round + r,
                                   task_.batch.batch);
    }
    std::vector<int> methods;
    for (int method = 0; mixes && method < input_.methods.count(); ++method) {
      // A resumed run may have the shard of some methods already.
      const bool is_open = task_.shard->writers[method] != nullptr;
      if (is_open && input_.methods.mixing(method) != nullptr) methods.push_back(method);
    }
    return methods;
  }

  const PipelineInput& input_;
  BatchTask& task_;
  std::vector<BatchSample> loaded_;
  std::unique_ptr<PreparedBatch> prepared_;     // null when nothing is mixed
  std::vector<std::optional<UsedPairs>> used_;  // of each method that avoids them
};

}  // namespace

void process_batch(const PipelineInput& input, BatchTask& task) {
  task.sample_lines.resize(static_cast<std::size_t>(input.methods.count()));
  BatchWork(input, task).write();
}

}  // namespace guidedmixup

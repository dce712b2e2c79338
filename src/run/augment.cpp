// The run itself, readable from top to bottom: folders, pipeline, manifests.
#include <atomic>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include <guidedmixup/engine/worker_threads.hpp>
#include <guidedmixup/image_io/source_folder.hpp>
#include <guidedmixup/run/augment.hpp>
#include <guidedmixup/run/pipeline.hpp>

#include "in_flight.hpp"
#include "outputs.hpp"

namespace guidedmixup {
namespace {

// Reads samples from files, and counts what the report tells of them.
class FileSource final : public ImageSource {
 public:
  FileSource(const PreparedRun& run, RunStatistics& statistics)
      : folder_(run.listing.root),
        samples_(run.samples),
        statistics_(statistics),
        seen_(samples_.size()),
        options_(run.load_options()) {}
  [[nodiscard]] Result<SharedImage> load(std::uint32_t sample) const override {
    const StageTimes::Timer timer(&statistics_.stages, Stage::kLoading);
    DecodeNotes notes;
    Result<Image> image = folder_.load(samples_.path(sample), options_, &notes);
    statistics_.images_read.fetch_add(1, std::memory_order_relaxed);
    statistics_.bytes_read.fetch_add(notes.file_bytes, std::memory_order_relaxed);
    if (!image.ok()) return image.error();
    // Samples that are rejected are counted as rejects, not here.
    if (notes.warnings + notes.damage > 0) count(sample, notes);
    return share(std::move(image).value());
  }

 private:
  // Each sample once, however many rounds read it.
  void count(std::uint32_t sample, const DecodeNotes& notes) const {
    if (seen_[sample].exchange(true, std::memory_order_relaxed)) return;
    auto& counter = notes.damage > 0 ? statistics_.damaged_used : statistics_.samples_warned;
    counter.fetch_add(1, std::memory_order_relaxed);
  }

  SourceFolder folder_;
  const SampleTable& samples_;
  RunStatistics& statistics_;
  mutable std::vector<std::atomic<bool>> seen_;
  LoadOptions options_;
};

void run_shards(const PreparedRun& run, const MethodSet& methods, const Engine& engine,
                Outputs& outputs, Reporter& reporter, RunStatistics& statistics,
                const StopFlag& stop) {
  const FileSource source(run, statistics);
  // What a resumed run need not do again counts as done.
  reporter.start(run.plan.outputs() * run.folders.size(), outputs.done());
  run_pipeline(
      {.samples = run.samples,
       .plan = run.plan,
       .methods = methods,
       .engine = engine,
       .source = source,
       .sinks = outputs.sinks(),
       .encode = run.encode,
       .fail_on_reject = run.config.fail_on_reject,
       .batches_in_flight = batches_in_flight(statistics.threads, run.plan.config().batch_size),
       .parallel = tbb_parallel_for(),
       .reporter = reporter,
       .statistics = statistics,
       .stop = stop});
}

}  // namespace

AugmentResult run_augment(const PreparedRun& run, Reporter& reporter, RunStatistics& statistics,
                          const StopFlag& stop) {
  WorkerThreads threads(run.config.threads, reporter);
  statistics.threads = threads.count();
  set_decode_memory(run.config.decode_memory);
  // Before anything is written: a file of a part may be gone, or the device may fail.
  const MethodSet methods(run.config.methods, run.size);
  const auto engine = make_engine(run.device, methods, tbb_parallel_for(), &statistics.stages);
  Outputs outputs(run, reporter);
  try {
    // On these threads the engine's loops run, too, so that --threads bounds all of it.
    threads.run([&] { run_shards(run, methods, *engine, outputs, reporter, statistics, stop); });
    return outputs.finish(stop);
  } catch (const Cancelled&) {
    throw;
    // Not resumable: the same samples would end the next attempt.
  } catch (const UnusableSamplesError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw ResumableError(
        "out of memory; try fewer --threads or less --memory. A smaller --size or --batch-size "
        "helps "
        "too, but is another run: start it with --overwrite");
  } catch (const std::runtime_error& error) {
    // Ours, those of the standard library's file functions, and TBB's when the system refuses a
    // thread. From here on the plan is written and shards may be there. Anything else that is
    // thrown is a mistake in this program, which --resume would repeat, and ends it.
    throw ResumableError(message_of(error));
  }
}

}  // namespace guidedmixup

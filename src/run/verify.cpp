// The checks that need only the output itself: schema, counts, checksums, label sums, classes, and
// that no file is missing or too many.
#include <algorithm>
#include <cmath>
#include <span>
#include <unordered_map>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_audit.hpp>
#include <guidedmixup/run/verify.hpp>

#include "deep_check.hpp"
#include "differences.hpp"
#include "worker_threads.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

constexpr double kSumTolerance = 1e-6;

// Checks one output while its manifest streams by.
class OutputCheck {
 public:
  OutputCheck(fs::path folder, const VerifyRequest& request, Differences& differences,
              Reporter& reporter, const StopFlag& stop)
      : folder_(std::move(folder)),
        request_(request),
        differences_(differences),
        reporter_(reporter),
        stop_(stop) {}

  void run() {
    const ManifestVisitor visitor{[this](const ManifestHeader& header) { begin(header); },
                                  [this](const SampleRecord& record) { check(record); },
                                  [this](const std::string& problem) { add(problem); }};
    read_manifest(folder_, visitor);
    end();
  }

  [[nodiscard]] std::uint64_t samples() const { return found_.samples; }
  [[nodiscard]] std::uint64_t recomputed() const { return deep_ ? deep_->recomputed() : 0; }

 private:
  void add(const std::string& difference) { differences_.add(folder_, difference); }

  void begin(const ManifestHeader& header) {
    header_ = header;
    audit_.emplace(folder_, header.run, [this](const std::string& problem) { add(problem); });
    if (request_.deep) {
      deep_.emplace(folder_, header, request_.input_root, differences_);
    }
    reporter_.start(header.counts.samples, 0);
  }

  void check(const SampleRecord& record) {
    if (stop_.load() != 0) throw Cancelled(stop_.load(), "stopped");
    count(record);
    check_labels(record);
    check_keys(record);
    audit_->add(record);
    check_file(record);
    if (deep_) deep_->add(record);
    reporter_.advance(1);
  }

  void count(const SampleRecord& record) {
    ++found_.samples;
    switch (record.kind) {
      case SampleKind::kMixed:
        ++found_.mixed;
        break;
      case SampleKind::kClean:
        ++found_.clean;
        break;
      case SampleKind::kOriginal:
        ++found_.original;
        break;
    }
  }

  void check_labels(const SampleRecord& record) {
    const std::string& name = record.file_name;
    double sum = 0.0;
    for (std::size_t k = 0; k < record.label_indices.size(); ++k) {
      const int index = record.label_indices[k];
      if (index < 0 || index >= static_cast<int>(header_.run.classes.size())) {
        add(name + ": class " + std::to_string(index) + " is not in the list of classes");
      }
      check_class_of_source(record, k);
      sum += static_cast<double>(record.label_weights[k]);
    }
    if (header_.run.method.label_sum_to_one && std::abs(sum - 1.0) > kSumTolerance) {
      add(name + ": the label weights sum to " + float_text(static_cast<float>(sum)) + ", not 1");
    }
    if (record.label != heaviest_class(record.label_indices, record.label_weights)) {
      add(name + ": label " + std::to_string(record.label) + " is not the heaviest class");
    }
  }

  // A source has one class, wherever it appears. Paths are kept as checksums, for memory's sake.
  void check_class_of_source(const SampleRecord& record, std::size_t k) {
    const std::string& path = record.sources[k];
    const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(path.data()), path.size());
    const auto [known, first_time] =
        class_of_source_.emplace(xxh3_of(bytes), record.label_indices[k]);
    if (known->second == record.label_indices[k]) return;
    add(record.file_name + ": gives '" + path + "' the class " +
        std::to_string(record.label_indices[k]) + ", another sample gives it " +
        std::to_string(known->second));
  }

  // All lines of a manifest carry the same keys.
  void check_keys(const SampleRecord& record) {
    if (found_.samples == 1) {
      has_distance_ = record.pair_distance.has_value();
      draws_ = record.draws.size();
    }
    if (record.pair_distance.has_value() != has_distance_ || record.draws.size() != draws_) {
      add(record.file_name + ": has other keys than the first sample");
    }
  }

  void check_file(const SampleRecord& record) {
    const auto bytes = read_file((folder_ / record.file_name).string());
    if (!bytes.ok()) {
      add(record.file_name + ": " + bytes.error().message);
      return;
    }
    if (xxh3_of(bytes.value()) != record.xxh3) {
      add(record.file_name + ": the file does not have the recorded checksum");
      return;
    }
    const auto info = probe(bytes.value());
    const RunDescription& run = header_.run;
    if (!info.ok() || info.value().size != run.image_size ||
        to_string(info.value().format) != run.image_format) {
      add(record.file_name + ": is not a " + run.image_format + " of the manifest's size");
    }
  }

  void end() {
    if (deep_) deep_->finish();
    const OutputCounts& said = header_.counts;
    const auto compare = [&](const char* what, std::uint64_t in_header, std::uint64_t found) {
      if (in_header == found) return;
      add("counts." + std::string(what) + " is " + std::to_string(in_header) + ", found " +
          std::to_string(found));
    };
    compare("samples", said.samples, found_.samples);
    compare("mixed", said.mixed, found_.mixed);
    compare("clean", said.clean, found_.clean);
    compare("original", said.original, found_.original);
    compare("rejected", said.rejected, audit_->finish());
  }

  fs::path folder_;
  const VerifyRequest& request_;
  Differences& differences_;
  Reporter& reporter_;
  const StopFlag& stop_;
  ManifestHeader header_;
  std::optional<OutputAudit> audit_;
  std::optional<DeepCheck> deep_;
  OutputCounts found_;
  std::unordered_map<std::uint64_t, int> class_of_source_;
  bool has_distance_ = false;
  std::size_t draws_ = 0;
};

}  // namespace

VerifyResult verify(const VerifyRequest& request, Reporter& reporter, const StopFlag& stop) {
  const auto folders = manifest_folders(request.output);
  WorkerThreads threads(request.threads, reporter);
  VerifyResult result;
  Differences differences(result);
  for (const fs::path& folder : folders) {
    OutputCheck check(folder, request, differences, reporter, stop);
    threads.run([&] { check.run(); });
    ++result.outputs;
    result.samples += check.samples();
    result.recomputed += check.recomputed();
  }
  return result;
}

}  // namespace guidedmixup

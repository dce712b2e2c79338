// The checks that need only the output itself: schema, counts, checksums, label sums, classes, and
// that no file is missing or too many.
#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include <guidedmixup/check/verify.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/engine/worker_threads.hpp>
#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/output/manifest.hpp>
#include <guidedmixup/output/output_audit.hpp>

#include "deep_check.hpp"
#include "differences.hpp"
#include "plan_check.hpp"
#include "recorded_run.hpp"

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

// The last weight is 1 minus the others in float32, so the sum misses 1 by rounding only.
constexpr double kSumTolerance = 1e-6;

// Checks one output while its manifest streams by. Each record is looked at once, by all checks, so
// that memory holds one record (with --deep one mini-batch) and a few bytes for each path.
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
    ManifestVisitor visitor;
    visitor.header = [this](const ManifestHeader& header) { begin(header); };
    visitor.sample = [this](const SampleRecord& record, const std::string& text) {
      check(record, text);
    };
    // A damaged manifest is a difference like others; only what makes checking impossible is
    // thrown.
    visitor.problem = [this](const std::string& problem) {
      damaged_ = true;
      add(problem);
    };
    visitor.pause = [this] { throw_if_stopped(stop_); };
    read_manifest(folder_, visitor);
    if (header_) end();
  }

  [[nodiscard]] const std::optional<ManifestHeader>& header() const { return header_; }
  [[nodiscard]] std::uint64_t samples() const { return found_.total(); }
  [[nodiscard]] std::uint64_t recomputed() const { return deep_ ? deep_->recomputed() : 0; }

 private:
  void add(const std::string& difference) { differences_.add(folder_, difference); }

  void begin(const ManifestHeader& header) {
    header_ = header;
    const auto problem = [this](const std::string& text) { add(text); };
    // None of these can be made earlier: all they compare with stands in the header.
    audit_.emplace(folder_, header.run, problem);
    plan_.emplace(folder_, header.run, request_.deep, problem, [this] { throw_if_stopped(stop_); });
    // With a damaged header it is not known what to repeat.
    if (request_.deep && !damaged_) {
      deep_.emplace(folder_, header, request_.input_root, differences_, stop_);
    }
    reporter_.start(header.counts.samples, 0);
  }

  void check(const SampleRecord& record, const std::string& text) {
    throw_if_stopped(stop_);
    count(record);
    check_labels(record);
    check_keys(record);
    audit_->add(record, text);
    plan_->add(record);
    // Before anything is computed: a header that lies about the size would cost memory without end.
    const bool has_size = check_file(record);
    if (deep_) deep_->add(record, has_size);
    reporter_.advance(1);
  }

  // Counted anew from the records, and compared with the header at the end.
  void count(const SampleRecord& record) {
    found_.add(record.kind);
    if (record.kind == SampleKind::kMixed && record.sources.size() == 2) {
      pairs_.push_back(pair_hash(record.sources[0], record.sources[1]));
    }
  }

  void check_labels(const SampleRecord& record) {
    const std::string& name = record.file_name;
    double sum = 0.0;
    for (std::size_t k = 0; k < record.label_indices.size(); ++k) {
      const int index = record.label_indices[k];
      if (index < 0 || index >= static_cast<int>(header_->run.classes.size())) {
        add(name + ": class " + std::to_string(index) + " is not in the list of classes");
      }
      check_class_of_source(record, k);
      sum += static_cast<double>(record.label_weights[k]);
    }
    if (header_->run.method.label_sum_to_one && std::abs(sum - 1.0) > kSumTolerance) {
      add(name + ": the label weights sum to " + float_text(static_cast<float>(sum)) + ", not 1");
    }
    // The key `label` repeats what the lists say; readers of hard labels trust it alone.
    if (record.label != heaviest_class(record.label_indices, record.label_weights)) {
      add(name + ": label " + std::to_string(record.label) + " is not the heaviest class");
    }
  }

  // A source has one class, wherever it appears. Paths are kept as checksums, for memory's sake.
  void check_class_of_source(const SampleRecord& record, std::size_t k) {
    const std::string& path = record.sources[k];
    // 64 bits: among n paths two have one checksum with a chance of n^2 / 2^65, one in 37 million
    // for a million paths.
    const auto [known, first_time] =
        class_of_source_.emplace(xxh3_of(path), record.label_indices[k]);
    if (known->second == record.label_indices[k]) return;
    add(record.file_name + ": gives '" + path + "' the class " +
        std::to_string(record.label_indices[k]) + ", another sample gives it " +
        std::to_string(known->second));
  }

  // All lines of a manifest carry the same keys.
  void check_keys(const SampleRecord& record) {
    if (found_.total() == 1) {
      has_distance_ = record.pair_distance.has_value();
      draws_ = record.draws.size();
    }
    if (record.pair_distance.has_value() != has_distance_ || record.draws.size() != draws_) {
      add(record.file_name + ": does not have the keys of the first sample");
    }
    if (record.method != header_->run.method.name) {
      add(record.file_name + ": its method is '" + record.method + "', not the header's");
    }
  }

  // Is the file an image of the manifest's size?
  bool check_file(const SampleRecord& record) {
    const RunDescription& run = header_->run;
    const auto bytes = output_bytes(folder_, record.file_name, run);
    if (!bytes.ok()) {
      add(record.file_name + ": " + bytes.error().message);
      return false;
    }
    const auto info = probe(bytes.value());
    // The header is read even when the checksum is wrong: --deep may go on with an image of the
    // right size.
    const bool has_size = info.ok() && info.value().size == run.image_size;
    if (xxh3_of(bytes.value()) != record.xxh3) {
      add(record.file_name + ": the file does not have the recorded checksum");
    } else if (!has_size || to_string(info.value().format) != run.image_format) {
      add(record.file_name + ": is not a " + run.image_format + " of the manifest's size");
    }
    return has_size;
  }

  void end() {
    // The last mini-batch first; then what can be said only after the last record: missing files,
    // missing places, counts.
    if (deep_) deep_->finish();
    audit_->finish();
    const std::uint64_t rejects = plan_->finish();
    if (deep_) plan_->check_digest(deep_->root());
    const OutputCounts& said = header_->counts;
    // The header's counts are all that many readers look at, so each must be that of the lines.
    const auto compare = [&](const char* what, std::uint64_t in_header, std::uint64_t found) {
      if (in_header == found) return;
      add("counts." + std::string(what) + " is " + std::to_string(in_header) + ", found " +
          std::to_string(found));
    };
    compare("samples", said.samples, found_.total());
    compare("mixed", said.kinds.mixed, found_.mixed);
    compare("clean", said.kinds.clean, found_.clean);
    compare("original", said.kinds.original, found_.original);
    compare("rejected", said.rejected, rejects);
    // Absent from manifests of earlier builds.
    if (said.repeated) compare("repeated", *said.repeated, count_repeats(std::move(pairs_)));
  }

  fs::path folder_;
  const VerifyRequest& request_;
  Differences& differences_;
  Reporter& reporter_;
  const StopFlag& stop_;
  std::optional<ManifestHeader> header_;  // none while it has not been read
  std::optional<OutputAudit> audit_;
  std::optional<PlanCheck> plan_;
  std::optional<DeepCheck> deep_;
  KindCounts found_;
  std::vector<std::uint64_t> pairs_;  // of the mixed samples
  bool damaged_ = false;              // the manifest itself
  // By checksum of the path: about 40 bytes for each source.
  std::unordered_map<std::uint64_t, int> class_of_source_;
  bool has_distance_ = false;
  std::size_t draws_ = 0;
};

// The class lists of the outputs below one folder, which readers merge. The first output stands for
// all before it: they had equal lists, or a difference was told.
class ClassLists {
 public:
  // Of two data sets that share nothing, only a note.
  void compare(const fs::path& folder, const ManifestHeader& header, Differences& differences,
               Reporter& reporter) {
    const std::vector<std::string>& classes = header.run.classes;
    if (folder_.empty()) {
      folder_ = folder;
      root_ = folder / header.root;
      classes_ = classes;
      return;
    }
    if (classes == classes_) return;
    // Classes of several outputs are merged by index, not by name.
    const std::string words = "its classes differ from those of " + folder_.string() +
                              ", so equal labels mean different classes";
    if (have_common_name(classes) || resolved(folder / header.root) == resolved(root_)) {
      differences.add(folder, words + "; make each with the same --classes FILE");
    } else {
      reporter.note(printable(folder.string()) + ": " + printable(words) + "; do not merge them");
    }
  }

 private:
  // The sources need not be there.
  static fs::path resolved(const fs::path& root) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(root, error);
    return error ? fs::absolute(root, error).lexically_normal() : real;
  }

  [[nodiscard]] bool have_common_name(const std::vector<std::string>& classes) const {
    const std::set<std::string> names(classes_.begin(), classes_.end());
    return std::any_of(classes.begin(), classes.end(),
                       [&](const std::string& name) { return names.contains(name); });
  }

  fs::path folder_;  // the first
  fs::path root_;
  std::vector<std::string> classes_;
};

}  // namespace

VerifyResult verify(const VerifyRequest& request, Reporter& reporter, const StopFlag& stop) {
  const auto folders = manifest_folders(request.output);
  // One set of threads for all outputs, which are checked one after the other.
  WorkerThreads threads(request.threads, reporter);
  set_decode_memory(request.decode_memory);
  VerifyResult result;
  Differences differences(result);
  ClassLists classes;
  // One after the other: each check uses all threads, and differences come in one order.
  for (const fs::path& folder : folders) {
    OutputCheck check(folder, request, differences, reporter, stop);
    threads.run([&] { check.run(); });
    if (check.header()) classes.compare(folder, *check.header(), differences, reporter);
    ++result.outputs;
    result.samples += check.samples();
    result.recomputed += check.recomputed();
  }
  return result;
}

}  // namespace guidedmixup

// The figures of one run, of the whole process: processor time over all threads, and the peak of
// memory, which includes the listing.
#include "run_report.hpp"

#include <sys/resource.h>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/engine/device.hpp>
#include <guidedmixup/output/output_folder.hpp>
#include <guidedmixup/output/output_place.hpp>
#include <guidedmixup/output/report.hpp>
#include <guidedmixup/output/user_file.hpp>

namespace guidedmixup {
namespace {

rusage process_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

// Reports have float32 like manifests: seven digits are more than a clock is worth.
ReportValue number(double value) { return {static_cast<float>(value)}; }

// Summed over all threads, so together they may exceed the wall time.
ReportValue stage_seconds(const StageTimes& times) {
  ReportValue::Object stages;
  for (std::size_t i = 0; i < kStageNames.size(); ++i) {
    stages.push_back({std::string(kStageNames[i]), number(times.seconds(static_cast<Stage>(i)))});
  }
  return {stages};
}

}  // namespace

// Processor time is counted from the start of the process, so what the listing took is subtracted.
RunClock::RunClock() : start_(std::chrono::steady_clock::now()) {
  const rusage usage = process_usage();
  before_ = {0.0, seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

RunTime RunClock::spent() const {
  const rusage usage = process_usage();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start_;
  return {wall.count(), seconds(usage.ru_utime) - before_.user,
          seconds(usage.ru_stime) - before_.system};
}

void refuse_report_place(const std::string& report, const RunConfig& config) {
  // Standard output belongs to the manifests' paths.
  if (report == "-") throw UsageError("--report must name a file, found '-'");
  refuse_inside("the report", report, "the input", config.input.inputs);
  refuse_inside("the report", report, "the output", {config.output.string()});
  refuse_existing("the report", report, "name another file, or remove this one first");
  try {
    try_folder_of(report);
  } catch (const RunError& failure) {
    throw UsageError(std::string("--report: ") + failure.what() + "; choose another place");
  }
}

void write_report(const std::string& report, const std::string& content) {
  try {
    write_user_file(report, content, ExistingFile::kKeep);
  } catch (const RunError& error) {
    throw RunError(std::string("the output is complete, but the report could not be written: ") +
                   error.what());
  }
}

std::string run_report(const PreparedRun& run, const RunStatistics& statistics,
                       const RunTime& time) {
  const auto written = static_cast<double>(statistics.images_written.load());
  // Linux counts it in KiB; other systems in bytes.
  const auto peak_kib = static_cast<std::uint64_t>(process_usage().ru_maxrss);
  const ReportValue::Object report{
      {"program", {std::string("guidedmixup ") + version()}},
      {"engine", {std::string(engine_name(run.device))}},
      {"threads", {static_cast<std::uint64_t>(statistics.threads)}},
      {"images_written", {statistics.images_written.load()}},
      {"wall_seconds", number(time.wall)},
      {"user_seconds", number(time.user)},
      {"system_seconds", number(time.system)},
      {"images_per_second", number(time.wall > 0.0 ? written / time.wall : 0.0)},
      {"images_read", {statistics.images_read.load()}},
      {"bytes_read", {statistics.bytes_read.load()}},
      {"samples_with_warnings", {statistics.samples_warned.load()}},
      {"damaged_samples_used", {statistics.damaged_used.load()}},
      {"bytes_written", {statistics.bytes_written.load()}},
      {"peak_memory_bytes", {peak_kib * 1024}},
      {"stage_seconds", stage_seconds(statistics.stages)}};
  return report_json({report});
}

}  // namespace guidedmixup

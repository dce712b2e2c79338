#include "run_report.hpp"

#include <filesystem>

#include <sys/resource.h>

#include <guidedmixup/core/module.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/output/report.hpp>
#include <guidedmixup/run/output_place.hpp>

namespace guidedmixup {
namespace {

namespace fs = std::filesystem;

rusage process_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

ReportValue number(double value) { return {static_cast<float>(value)}; }

ReportValue stage_seconds(const StageTimes& times) {
  ReportValue::Object stages;
  for (std::size_t i = 0; i < kStageNames.size(); ++i) {
    stages.push_back({std::string(kStageNames[i]), number(times.seconds(static_cast<Stage>(i)))});
  }
  return {stages};
}

}  // namespace

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
  if (lies_inside(report, config.output)) {
    throw UsageError("--report '" + printable(report) +
                     "' lies in the output folder, which holds nothing but the output; choose "
                     "another place");
  }
  std::error_code error;
  const fs::file_status status = fs::symlink_status(report, error);
  if (fs::is_directory(status)) {
    throw UsageError("--report '" + printable(report) + "' is a folder, expected a file's name");
  }
  const fs::path folder = fs::path(report).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, error)) {
    throw UsageError("--report: there is no folder '" + printable(folder.string()) + "'");
  }
  if (fs::exists(status) && config.mode != OutputMode::kOverwrite) {
    throw UsageError("the report '" + printable(report) +
                     "' is there already; name another file, or remove it first");
  }
}

std::string run_report(const PreparedRun& run, const RunStatistics& statistics,
                       const RunTime& time) {
  const auto written = static_cast<double>(statistics.images_written.load());
  const auto peak_kib = static_cast<std::uint64_t>(process_usage().ru_maxrss);
  const ReportValue::Object report{
      {"program", {std::string("guidedmixup ") + version()}},
      {"engine", {run.engine}},
      {"threads", {static_cast<std::uint64_t>(run.config.threads)}},
      {"images_written", {statistics.images_written.load()}},
      {"wall_seconds", number(time.wall)},
      {"user_seconds", number(time.user)},
      {"system_seconds", number(time.system)},
      {"images_per_second", number(time.wall > 0.0 ? written / time.wall : 0.0)},
      {"images_read", {statistics.images_read.load()}},
      {"bytes_read", {statistics.bytes_read.load()}},
      {"bytes_written", {statistics.bytes_written.load()}},
      {"cache",
       {ReportValue::Object{{"samples", {statistics.kept_samples}},
                            {"hits", {statistics.cache_hits.load()}}}}},
      {"peak_memory_bytes", {peak_kib * 1024}},
      {"stage_seconds", stage_seconds(statistics.stages)}};
  return report_json({report});
}

}  // namespace guidedmixup

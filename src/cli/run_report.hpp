/// `augment --report`: what a run did and where its time went.
#pragma once

#include <chrono>
#include <string>

#include <guidedmixup/run/augment.hpp>
#include <guidedmixup/run/statistics.hpp>

namespace guidedmixup {

/// What the process spent, in seconds.
struct RunTime {
  double wall = 0.0;
  double user = 0.0;
  double system = 0.0;
};

/// Starts when it is made.
class RunClock {
 public:
  RunClock();
  [[nodiscard]] RunTime spent() const;

 private:
  std::chrono::steady_clock::time_point start_;
  RunTime before_;  // of the processor: what the listing took
};

/// Throws UsageError when a report must not be written there (inside the input or the output, or
/// over what already exists) or cannot be.
void refuse_report_place(const std::string& report, const RunConfig& config);

/// Writes what `run_report` gives. Throws RunError that says that only the report is missing.
void write_report(const std::string& report, const std::string& content);

/// The report of a run that has ended, as one line of JSON.
[[nodiscard]] std::string run_report(const PreparedRun& run, const RunStatistics& statistics,
                                     const RunTime& time);

}  // namespace guidedmixup

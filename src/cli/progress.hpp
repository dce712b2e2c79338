/// Progress on standard error: a bar on a terminal, a line now and then elsewhere, JSON, or
/// nothing.
#pragma once

#include <memory>
#include <string>

#include <guidedmixup/run/reporter.hpp>

namespace guidedmixup {

/// The progress of one command. Whatever way the command ends, its line is ended before anything
/// else is said: by `finish`, or when an exception takes the object away.
class Progress {
 public:
  /// `style` is auto, bar, plain, json or none. `quiet` leaves out notes and progress.
  Progress(const std::string& style, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] Reporter& reporter() const { return *reporter_; }
  void finish() const { reporter_->finish(); }

 private:
  std::unique_ptr<Reporter> reporter_;
};

}  // namespace guidedmixup

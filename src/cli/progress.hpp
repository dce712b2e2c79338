/// Progress on standard error: a bar on a terminal, a line now and then elsewhere, JSON, or
/// nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <guidedmixup/core/reporter.hpp>

namespace guidedmixup {

class ProgressBase;

/// The progress of one command. Whatever way the command ends, its line is ended before anything
/// else is said: by `finish`, or when an exception takes the object away. Only `finish` says that
/// the command has come to its end.
class Progress {
 public:
  /// `style` is auto, bar, plain, json or none. `quiet` leaves out notes and progress.
  Progress(const std::string& style, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] Reporter& reporter() const;
  void finish() const;
  /// The same; the last line says how many images repeat a pair of sources, if any do.
  void finish(std::uint64_t repeated) const;

 private:
  std::unique_ptr<ProgressBase> base_;
};

}  // namespace guidedmixup

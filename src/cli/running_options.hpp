/// The options that every command with work for many threads has.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace guidedmixup {

struct RunningOptions {
  int threads = 0;  ///< 0: see default_threads()
  std::string progress = "auto";
  bool quiet = false;

  void declare(CLI::App& app);
  [[nodiscard]] int thread_count() const;
};

}  // namespace guidedmixup

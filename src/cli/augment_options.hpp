/// The options of `augment` as they were typed, and the run that they mean.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <guidedmixup/run/run_config.hpp>

#include "loading_options.hpp"
#include "running_options.hpp"

namespace guidedmixup {

// The values that CLI11 writes into, with the defaults that the help shows.
struct AugmentOptions {
  std::vector<std::string> inputs;
  std::string files_from;
  bool nul_separated = false;
  std::string labels;
  std::string classes;
  std::string output;
  bool resume = false;
  bool overwrite = false;
  std::vector<std::string> methods{"guided-sr"};
  PlanConfig plan;  ///< all but `reuse`, which may be a word
  std::string reuse = "auto";
  std::string format;
  int quality = 0;
  std::string device = "cpu";
  std::string on_error = "skip";
  std::int64_t max_pixels = DecodeLimits().max_pixels;
  bool dry_run = false;
  bool json = false;
  std::string config_file;
  bool print_config = false;
  bool verbose = false;
  std::string report;
  LoadingOptions loading;
  RunningOptions running;

  /// Declares the options on `app`, writing to this object, which must stay where it is.
  void declare(CLI::App& app);

  /// The run. Throws UsageError for what the parser cannot see: combinations and methods.
  [[nodiscard]] RunConfig to_run_config() const;
};

}  // namespace guidedmixup

/// The options that every command with work for many threads has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace guidedmixup {

struct RunningOptions {
  int threads = 0;     ///< 0: see default_threads()
  std::string memory;  ///< empty: see decode_budget()
  std::string progress = "auto";
  bool quiet = false;

  void declare(CLI::App& app);
  [[nodiscard]] int thread_count() const;
  [[nodiscard]] std::optional<std::uint64_t> decode_memory() const;
};

}  // namespace guidedmixup

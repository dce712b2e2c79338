/// What a command of the program is. A new one is one file, one declaration here, and one line in
/// program.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "exit_code.hpp"

namespace guidedmixup {

/// A command after its options were declared on its CLI11 sub-command. `run` is called once, after
/// parsing; it throws RunError and its kin.
struct Command {
  CLI::App* app = nullptr;
  std::function<ExitCode()> run;
};

/// The words that the program was called with, for messages that repeat them.
using Arguments = std::vector<std::string>;

[[nodiscard]] Command add_augment_command(CLI::App& program, const Arguments& arguments);
[[nodiscard]] Command add_verify_command(CLI::App& program);
[[nodiscard]] Command add_preview_command(CLI::App& program);
[[nodiscard]] Command add_saliency_command(CLI::App& program);
[[nodiscard]] Command add_methods_command(CLI::App& program);

/// Declares a sub-command whose help begins with `examples`.
[[nodiscard]] CLI::App* add_subcommand(CLI::App& program, const std::string& name,
                                       const std::string& summary, const std::string& examples);

}  // namespace guidedmixup

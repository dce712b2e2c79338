/// Options from a TOML file, and back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

namespace guidedmixup {

/// Gives each option of `app` that was not on the command line the value that the file has for it.
/// Keys are the long option names without dashes; `input` stands for the folders. Throws UsageError
/// for a file that cannot be read, for bad TOML (with its line) and for unknown keys.
void apply_config_file(CLI::App& app, const std::string& file);

/// Gives an option that was not on the command line the value of an environment variable, if set.
void apply_environment(CLI::App& app, const std::string& option, const char* variable);

/// TOML text of all options of `app` that have a value, but for those in `left_out`.
[[nodiscard]] std::string config_text(const CLI::App& app,
                                      const std::vector<std::string>& left_out);

}  // namespace guidedmixup

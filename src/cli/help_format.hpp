/// Help that fits the terminal: examples first, then each option on a line of its own with its
/// description below it.
#pragma once

#include <CLI/CLI.hpp>

namespace guidedmixup {

/// The kind of value that an option takes, "" for a flag: its type name without what the checks
/// add.
[[nodiscard]] std::string value_name(const CLI::Option& option);

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat();
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* sub) const override;
};

}  // namespace guidedmixup

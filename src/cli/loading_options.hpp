/// The options that say how images are loaded, of every command that loads what a user names.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {

struct LoadingOptions {
  std::string size;  ///< empty: not given
  std::string fit = "cover";
  std::string damaged = "reject";

  // One by one, since each command has them at another place of its help.
  CLI::Option* declare_size(CLI::App& app, const std::string& summary);
  CLI::Option* declare_fit(CLI::App& app, const std::string& summary);
  CLI::Option* declare_damaged(CLI::App& app);

  /// Throws UsageError for a size that is none.
  [[nodiscard]] LoadOptions load_options() const;
};

}  // namespace guidedmixup

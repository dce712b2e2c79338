/// What a run is, in words that plan.json and manifest.json share. Holds only what changes samples:
/// never paths of output or configuration, threads, progress, resume or overwrite.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/method_description.hpp>

namespace guidedmixup {

using ConfigValue = std::variant<bool, std::uint64_t, float, std::string>;

struct RunDescription {
  MethodDescription method;
  std::vector<std::pair<std::string, ConfigValue>> config;
  std::uint64_t sample_count = 0;  ///< in the listing
  std::string listing_digest;      ///< see listing_digest()
  std::vector<std::string> classes;
  std::string image_format;  ///< also the files' extension
  int quality = 0;           ///< 0: the format takes none
  Size image_size;
  std::string engine;
};

/// The value of a name in a description's config, or null.
[[nodiscard]] const ConfigValue* find_config(const RunDescription& run, std::string_view name);

}  // namespace guidedmixup

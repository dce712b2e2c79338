#include "recorded_run.hpp"

#include <guidedmixup/core/text.hpp>

namespace guidedmixup {
namespace {

// True for the name `yes`, false for `no`.
bool recorded_choice(const RunDescription& run, std::string_view key, std::string_view yes,
                     std::string_view no) {
  const auto name = recorded_value<std::string>(run, key);
  if (name != yes && name != no) {
    throw RunError("the manifest's config." + std::string(key) + " must be " + std::string(no) +
                   " or " + std::string(yes) + ", found '" + printable(name) + "'");
  }
  return name == yes;
}

}  // namespace

LoadOptions recorded_load_options(const RunDescription& run) {
  LoadOptions load;
  if (run.image_size.width < 1 || run.image_size.height < 1) {
    throw RunError("the manifest's image.width and image.height must be at least 1");
  }
  load.size = run.image_size;
  const auto name = recorded_value<std::string>(run, "fit");
  const auto fit = parse_fit(name);
  if (!fit) {
    throw RunError("the manifest's config.fit must be cover, contain or stretch, found '" +
                   printable(name) + "'");
  }
  load.fit = *fit;
  load.limits.max_pixels =
      static_cast<std::int64_t>(recorded_value<std::uint64_t>(run, "max_pixels"));
  load.limits.use_damaged = recorded_choice(run, "damaged", "use", "reject");
  return load;
}

EncodeOptions recorded_encode_options(const RunDescription& run) {
  const auto format = parse_format(run.image_format);
  if (!format) {
    throw RunError("the manifest's image.format is unknown: '" + printable(run.image_format) + "'");
  }
  return {*format, run.quality};
}

}  // namespace guidedmixup

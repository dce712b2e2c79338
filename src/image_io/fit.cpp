// Names of the ways in which an image gets its size, as options and manifest write them.
#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {

std::string_view to_string(Fit fit) {
  switch (fit) {
    case Fit::kCover:
      return "cover";
    case Fit::kContain:
      return "contain";
    case Fit::kStretch:
      return "stretch";
  }
  return "unknown";
}

std::optional<Fit> parse_fit(std::string_view name) {
  for (const Fit fit : {Fit::kCover, Fit::kContain, Fit::kStretch}) {
    if (name == to_string(fit)) return fit;
  }
  return std::nullopt;
}

}  // namespace guidedmixup

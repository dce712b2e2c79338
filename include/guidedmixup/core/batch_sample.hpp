/// One usable sample of a mini-batch on its way from its file to the mixing.
#pragma once

#include <cstdint>
#include <optional>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/core/saliency_map.hpp>

namespace guidedmixup {

/// Loaded once and then handed on as it is. Copies are cheap: they share the pixels. The round is
/// not here, since a mini-batch may serve several: it stands in the DrawKey of each.
struct BatchSample {
  SharedImage image;         ///< null for a sample that cannot be used
  std::uint32_t number = 0;  ///< in the listing
  int label = 0;             ///< index of its class
  std::uint32_t slot = 0;    ///< its place in the planned mini-batch
  /// A map that came with the sample, for a saliency that takes such maps; none does yet.
  std::optional<SaliencyMap> given_map = std::nullopt;
};

}  // namespace guidedmixup

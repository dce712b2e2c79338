/// The mixing ratio that the methods with a Beta draw share.
#pragma once

#include <guidedmixup/core/parameters.hpp>
#include <guidedmixup/core/random.hpp>

namespace guidedmixup {

/// The parameter `alpha`; 0 means that nothing is mixed.
inline ParameterInfo alpha_parameter() {
  return {.name = "alpha",
          .summary = "both parameters of the Beta distribution of the mixing ratio; 0: no mixing",
          .default_value = 1.0F,
          .maximum = 1e6};
}

/// Shared by all mixings with a ratio, so that methods which run side by side mix by the same one.
inline constexpr Purpose kMixingRatio{3};

/// lambda ~ Beta(alpha, alpha), one for the whole mini-batch unless a slot is named; 1 for
/// alpha = 0. Not folded to max(lambda, 1 - lambda).
inline double draw_ratio(const DrawKey& key, float alpha, std::uint32_t slot = kWholeBatch) {
  if (alpha == 0.0F) return 1.0;
  return DrawStream(key.with(kMixingRatio, slot)).beta(static_cast<double>(alpha));
}

}  // namespace guidedmixup

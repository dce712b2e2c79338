/// The inner loops of mixing, by the widest vectors that the machine has.
#pragma once

#include <cstddef>
#include <cstdint>

#include <guidedmixup/core/saliency_map.hpp>

namespace guidedmixup {

/// One row of `width` pixels: forms both maps' rows, their mask (guided_mask) and the blend of the
/// two images (blend) in one pass. Returns the sum of the mask. Pixels are the same to the bit on
/// every machine, because no step is fused or reordered; the sum is so on machines of one kind.
double mix_guided_row(const MapRow& source_map, const MapRow& target_map,
                      const std::uint8_t* source, const std::uint8_t* target, std::size_t width,
                      std::uint8_t* out);

/// The same with a mask of `width` values, one a pixel.
double mix_masked_row(const float* mask, const std::uint8_t* source, const std::uint8_t* target,
                      std::size_t width, std::uint8_t* out);

/// out[i] = blend(mask, source[i], target[i]): the same to the bit on every machine.
void blend_values(float mask, const std::uint8_t* source, const std::uint8_t* target,
                  std::size_t count, std::uint8_t* out);

}  // namespace guidedmixup

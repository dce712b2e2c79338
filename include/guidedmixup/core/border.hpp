/// What a filter reads beyond the border of an image, a map or a spectrum: one formula for the CPU
/// and for CUDA.
#pragma once

#include <guidedmixup/core/host_device.hpp>

namespace guidedmixup {

/// The border reflects without repeating the edge: -1 is 1, `length` is length - 2 ("reflect" of
/// torchvision, BORDER_REFLECT_101 of OpenCV). Where a filter reaches farther than the whole length
/// the index is folded until it lies inside; of length 1 it is always 0. `length` is at least 1.
GUIDEDMIXUP_HOST_DEVICE constexpr int reflect(int index, int length) {
  if (length == 1) return 0;  // there is nothing to reflect to, and folding would not end
  while (index < 0 || index >= length) {
    index = index < 0 ? -index : 2 * (length - 1) - index;
  }
  return index;
}

/// The border repeats the edge: -1 is 0, `length` is length - 1.
GUIDEDMIXUP_HOST_DEVICE constexpr int repeat(int index, int length) {
  return index < 0 ? 0 : (index < length ? index : length - 1);
}

}  // namespace guidedmixup

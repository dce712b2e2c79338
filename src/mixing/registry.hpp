/// The mixings, in the order in which they are shown. A new one is one line here.
#pragma once

#include <guidedmixup/mixing/mixing.hpp>

// clang-format off
#define GUIDEDMIXUP_MIXINGS(entry) \
  entry(kNoMixing) \
  entry(kGuidedMixing) \
  entry(kInputMixing) \
  entry(kBoxMixing) \
  entry(kSaliencyMixing) \
  entry(kFmixMixing) \
  entry(kGridMixing) \
  entry(kSmoothMixing) \
  entry(kHMixing) \
  entry(kGMixing) \
  entry(kRicapMixing) \
  entry(kCutoutMixing)
// clang-format on

namespace guidedmixup {

#define GUIDEDMIXUP_ENTRY(info) extern const MixingInfo info;
GUIDEDMIXUP_MIXINGS(GUIDEDMIXUP_ENTRY)
#undef GUIDEDMIXUP_ENTRY

}  // namespace guidedmixup

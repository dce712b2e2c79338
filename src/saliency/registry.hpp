/// The saliency methods, in the order in which they are shown. A new one is one line here. There is
/// no self-registration: the linker drops unused objects of a static library without a word.
#pragma once

#include <guidedmixup/saliency/detector.hpp>

// clang-format off
#define GUIDEDMIXUP_SALIENCIES(entry) \
  entry(kNoSaliency) \
  entry(kSpectralResidual) \
  entry(kFineGrained) \
  entry(kFrequencyTuned) \
  entry(kUniformSaliency)
// clang-format on

namespace guidedmixup {

#define GUIDEDMIXUP_ENTRY(info) extern const SaliencyInfo info;
GUIDEDMIXUP_SALIENCIES(GUIDEDMIXUP_ENTRY)
#undef GUIDEDMIXUP_ENTRY

}  // namespace guidedmixup

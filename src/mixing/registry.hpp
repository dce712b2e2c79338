/// The mixings. A new one adds its declaration here and its line in registry.cpp; a new method is a
/// line in the table of methods there.
#pragma once

#include <guidedmixup/mixing/mixing.hpp>

namespace guidedmixup {

extern const MixingInfo kNoMixing;
extern const MixingInfo kGuidedMixing;
extern const MixingInfo kInputMixing;
extern const MixingInfo kBoxMixing;

}  // namespace guidedmixup

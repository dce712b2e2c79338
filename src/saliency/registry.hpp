/// The saliency methods. A new one adds its declaration here and its line in registry.cpp. There is
/// no self-registration: the linker drops unused objects of a static library without a word.
#pragma once

#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {

extern const SaliencyInfo kFineGrained;
extern const SaliencyInfo kNoSaliency;
extern const SaliencyInfo kSpectralResidual;
extern const SaliencyInfo kUniformSaliency;

}  // namespace guidedmixup

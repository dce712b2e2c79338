/// The map of one image, where the program shares a detector between many.
#pragma once

#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup::test {

[[nodiscard]] inline SaliencyMap detect(SaliencyWorker& worker, const Image& image) {
  return detect_one(worker, {.image = share(image)});
}

[[nodiscard]] inline SaliencyMap detect(const SaliencyInfo& info, const ParameterValues& values,
                                        const Image& image) {
  return detect(*info.make(values, image.size())->make_worker(), image);
}

}  // namespace guidedmixup::test

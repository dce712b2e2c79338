/// A run that writes images as they are, for tests of what is done with outputs.
#pragma once

#include <guidedmixup/output/description.hpp>

namespace guidedmixup::test {

inline RunDescription unmixed_run(std::uint64_t samples) {
  RunDescription run;
  run.method.name = "none";
  run.method.saliency.name = run.method.pairing.name = run.method.mixing.name = "none";
  run.sample_count = samples;
  run.listing_digest = "xxh3:0000000000000000";
  run.classes = {"a"};
  run.image_format = "png";
  run.image_size = {8, 8};
  run.engine = "cpu";
  return run;
}

}  // namespace guidedmixup::test

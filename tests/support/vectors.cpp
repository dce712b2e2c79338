#include "support/vectors.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <hwy/targets.h>

namespace guidedmixup::test {

bool choose_vectors() {
  const char* bytes = std::getenv("GUIDEDMIXUP_TEST_VECTOR_BYTES");
  if (bytes == nullptr) return true;
  std::int64_t wider = 0;
#if HWY_ARCH_X86
  wider = HWY_AVX3_DL | HWY_AVX3;
  if (std::stoi(bytes) < 32) wider |= HWY_AVX2;
  if (std::stoi(bytes) < 16) wider |= HWY_SSE4 | HWY_SSSE3;
#endif
  const auto before = hwy::SupportedTargets();
  hwy::DisableTargets(wider);
  if (hwy::SupportedTargets() != before) return true;
  std::fprintf(stderr, "SKIPPED: this machine has no vectors of more than %s bytes\n", bytes);
  return false;
}

}  // namespace guidedmixup::test

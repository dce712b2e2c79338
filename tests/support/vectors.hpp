/// Tests of vector code on units that are narrower than this machine's.
#pragma once

namespace guidedmixup::test {

/// Return code that CTest shows as skipped.
inline constexpr int kSkipped = 77;

/// With GUIDEDMIXUP_TEST_VECTOR_BYTES = 4 (no vectors), 16 or 32 in the environment, no code for
/// wider vectors is chosen from then on. False when it would be the same without: this machine has
/// none that are wider.
[[nodiscard]] bool choose_vectors();

}  // namespace guidedmixup::test

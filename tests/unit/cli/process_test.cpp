// What the program does to its own limits.
#include "../../../src/cli/process.hpp"

#include <doctest/doctest.h>

using namespace guidedmixup;

TEST_CASE("a limit of processor time leaves a run time to end in order") {
  const auto soft = [](rlim_t current, rlim_t most) {
    return processor_time_before(rlimit{current, most});
  };
  CHECK(soft(RLIM_INFINITY, RLIM_INFINITY) == RLIM_INFINITY);
  CHECK(soft(60, RLIM_INFINITY) == 60);
  CHECK(soft(60, 60) == 55);
  CHECK(soft(RLIM_INFINITY, 3600) == 3595);
  CHECK(soft(10, 3600) == 10);
  CHECK(soft(4, 4) == 2);
  CHECK(soft(1, 1) == 1);  // none to spare
}

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "support/vectors.hpp"

int main(int argc, char** argv) {
  if (!guidedmixup::test::choose_vectors()) return guidedmixup::test::kSkipped;
  return doctest::Context(argc, argv).run();
}

/// System calls that a signal breaks into.
#pragma once

#include <cerrno>

namespace guidedmixup {

/// The result of a system call that is made again as long as a signal interrupts it. Below zero,
/// errno says why, as ever.
template <typename Call>
auto repeat_interrupted(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace guidedmixup

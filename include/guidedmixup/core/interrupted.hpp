/// System calls that a signal breaks into.
#pragma once

#include <cerrno>
#include <type_traits>

namespace guidedmixup {

/// The result of a system call that is made again as long as a signal interrupts it. When it fails
/// (a number below zero, a null pointer), errno says why; errno is 0 where a null pointer only says
/// that there is no more.
template <typename Call>
auto repeat_interrupted(const Call& call) {
  for (;;) {
    errno = 0;
    const auto result = call();
    bool failed = false;
    if constexpr (std::is_pointer_v<decltype(call())>) {
      failed = result == nullptr;
    } else {
      failed = result < 0;
    }
    if (!failed || errno != EINTR) return result;
  }
}

}  // namespace guidedmixup

/// Bytes that are about to be overwritten.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace guidedmixup {

/// An allocator whose elements start with whatever is in memory, unless a value is given: filling
/// a buffer with zeros that a codec overwrites at once costs as much as a copy of it.
template <typename T>
struct UninitializedAllocator : std::allocator<T> {
  template <typename U>
  void construct(U* place) {
    ::new (static_cast<void*>(place)) U;
  }
  template <typename U, typename... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
};

/// `resize(n)` leaves new bytes as they are; `resize(n, 0)` and `assign` set them.
using ByteBuffer = std::vector<std::uint8_t, UninitializedAllocator<std::uint8_t>>;

}  // namespace guidedmixup

/// Memory that is about to be overwritten.
#pragma once

#include <cstddef>
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

/// The same, each at the start of a line of the cache: loads of whole vectors then never straddle
/// two of them, which would halve their rate.
template <typename T>
struct AlignedAllocator : UninitializedAllocator<T> {
  static constexpr std::align_val_t kAlignment{64};
  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kAlignment));
  }
  void deallocate(T* memory, std::size_t /*count*/) { ::operator delete(memory, kAlignment); }
};

/// `resize(n)` leaves new values as they are.
using FloatBuffer = std::vector<float, AlignedAllocator<float>>;

/// Values that never change, for all who need them.
using SharedValues = std::shared_ptr<const FloatBuffer>;

}  // namespace guidedmixup

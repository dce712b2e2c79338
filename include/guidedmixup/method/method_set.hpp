/// The methods of a run with their parts, which are made once and handed on.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/method/method.hpp>

namespace guidedmixup {

class Mixing;            // mixing/mixing.hpp
class Pairing;           // pairing/pairing.hpp
class SaliencyDetector;  // saliency/detector.hpp

/// Methods are counted in the order in which they were given. Immutable; safe to use from any
/// thread.
class MethodSet {
 public:
  /// One saliency, shared by all methods that have it with equal parameters.
  struct Saliency {
    Part<SaliencyInfo> part;
    std::unique_ptr<const SaliencyDetector> detector;
    bool needs_distances = false;  ///< by the pairing of one of its methods
  };

  /// `size` is that of all images. Throws what the parts throw: files that they read may be gone.
  MethodSet(std::span<const Method> methods, Size size);
  ~MethodSet();
  MethodSet(const MethodSet&) = delete;
  MethodSet& operator=(const MethodSet&) = delete;

  [[nodiscard]] int count() const { return static_cast<int>(entries_.size()); }
  [[nodiscard]] Size size() const { return size_; }
  [[nodiscard]] const Method& method(int number) const { return entries_[number].method; }
  /// Null for a method without.
  [[nodiscard]] const Pairing* pairing(int number) const { return entries_[number].pairing.get(); }
  /// Null for a method that writes images as they are.
  [[nodiscard]] const Mixing* mixing(int number) const { return entries_[number].mixing.get(); }
  /// The number of a method's saliency; nothing for a method without.
  [[nodiscard]] std::optional<std::size_t> saliency_of(int number) const {
    return entries_[number].saliency;
  }

  [[nodiscard]] std::span<const Saliency> saliencies() const { return saliencies_; }
  /// The saliencies of these methods, each once, in order.
  [[nodiscard]] std::vector<std::size_t> saliencies_of(std::span<const int> methods) const;

 private:
  struct Entry {
    Method method;
    std::unique_ptr<const Pairing> pairing;
    std::unique_ptr<const Mixing> mixing;
    std::optional<std::size_t> saliency;
  };
  [[nodiscard]] std::size_t place_of(const Part<SaliencyInfo>& part);

  Size size_;
  std::vector<Entry> entries_;
  std::vector<Saliency> saliencies_;
};

}  // namespace guidedmixup

// Makes the parts of a run's methods. Saliencies are shared, since they cost most of what mixing
// adds; pairings and mixings are small, and each method has its own.
#include <algorithm>
#include <utility>

#include <guidedmixup/method/method_set.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>
#include <guidedmixup/saliency/detector.hpp>

namespace guidedmixup {

MethodSet::MethodSet(std::span<const Method> methods, Size size) : size_(size) {
  for (const Method& method : methods) {
    Entry entry{.method = method, .pairing = nullptr, .mixing = nullptr, .saliency = std::nullopt};
    if (method.pairing.is_there()) {
      entry.pairing = method.pairing.info->make(method.pairing.values);
    }
    if (method.mixing.is_there()) entry.mixing = method.mixing.info->make(method.mixing.values);
    if (method.saliency.is_there()) {
      entry.saliency = place_of(method.saliency);
      // Asked for by any of the methods that share it: the matrix is computed once for all.
      saliencies_[*entry.saliency].needs_distances |= method.pairing.info->needs_distances;
    }
    entries_.push_back(std::move(entry));
  }
}

MethodSet::~MethodSet() = default;

std::vector<std::size_t> MethodSet::saliencies_of(std::span<const int> methods) const {
  std::vector<std::size_t> needed;
  for (const int method : methods) {
    if (const auto saliency = saliency_of(method)) needed.push_back(*saliency);
  }
  // In the order of `saliencies()`, whatever the order of the methods.
  std::sort(needed.begin(), needed.end());
  needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
  return needed;
}

std::size_t MethodSet::place_of(const Part<SaliencyInfo>& part) {
  for (std::size_t i = 0; i < saliencies_.size(); ++i) {
    // Equal by name and parameters, so that methods with other parameters do not share maps.
    if (saliencies_[i].part == part) return i;
  }
  // A detector may read files or plan a transform here, once, before any thread starts.
  saliencies_.push_back({.part = part, .detector = part.info->make(part.values, size_)});
  return saliencies_.size() - 1;
}

}  // namespace guidedmixup

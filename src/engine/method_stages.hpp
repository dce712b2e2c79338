/// What every engine keeps of the methods of a run: their mixings, and each saliency once, though
/// several methods share it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <guidedmixup/engine/method.hpp>

namespace guidedmixup {

struct MethodStage {
  std::unique_ptr<Mixing> mixing;  ///< null for `none`, which nobody asks to mix
  std::optional<std::size_t> saliency;
};

/// An engine's own SaliencyStage has serves(part), for the part of a method, and need_distances().
/// Safe to use from several threads once all methods are added.
template <typename SaliencyStage>
class MethodStages {
 public:
  /// Returns the stage of this method. `make(part)` gives a std::unique_ptr<SaliencyStage>.
  template <typename Make>
  const MethodStage& add(const Method& method, const Make& make) {
    MethodStage stage;
    if (method.mixing.info->make != nullptr) {
      stage.mixing = method.mixing.info->make(method.mixing.values);
    }
    if (method.saliency.info->make != nullptr) {
      stage.saliency = place_of(method.saliency, make);
      if (method.pairing.info->needs_distances) saliencies_[*stage.saliency]->need_distances();
    }
    return methods_.emplace_back(std::move(stage));
  }

  [[nodiscard]] const MethodStage& method(int method) const { return methods_[method]; }
  [[nodiscard]] const std::vector<std::unique_ptr<SaliencyStage>>& saliencies() const {
    return saliencies_;
  }

  /// The saliencies of these methods, each once, in order.
  [[nodiscard]] std::vector<std::size_t> saliencies_of(std::span<const int> methods) const {
    std::vector<std::size_t> needed;
    for (const int method : methods) {
      if (const auto& saliency = methods_[method].saliency) needed.push_back(*saliency);
    }
    std::sort(needed.begin(), needed.end());
    needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
    return needed;
  }

 private:
  template <typename Make>
  std::size_t place_of(const Part<SaliencyInfo>& part, const Make& make) {
    for (std::size_t i = 0; i < saliencies_.size(); ++i) {
      if (saliencies_[i]->serves(part)) return i;
    }
    saliencies_.push_back(make(part));
    return saliencies_.size() - 1;
  }

  std::vector<std::unique_ptr<SaliencyStage>> saliencies_;
  std::vector<MethodStage> methods_;
};

}  // namespace guidedmixup

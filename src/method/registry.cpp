// The table of named methods, and what a method has of its parts.
#include <algorithm>
#include <vector>

#include <guidedmixup/method/method.hpp>
#include <guidedmixup/mixing/mixing.hpp>
#include <guidedmixup/pairing/pairing.hpp>

namespace guidedmixup {
namespace {

// The methods of papers, whose names differ from those of their mixings or whose parts are not the
// usual ones; then every mixing that is left, as a method of its own.
std::vector<MethodInfo> all_methods() {
  std::vector<MethodInfo> all{
      {.name = "guided-sr",
       .summary = "GuidedMixup with spectral-residual saliency",
       .paper = "Kang and Kim, AAAI 2023",
       .saliency = "spectral-residual",
       .pairing = "greedy",
       .mixing = "guided"},
      {.name = "mixup",
       .summary = "input mixup: blends images with one ratio for the whole mini-batch",
       .paper = "Zhang et al., ICLR 2018",
       .saliency = "none",
       .pairing = "random",
       .mixing = "input"},
      {.name = "cutmix",
       .summary = "pastes a box of the partner, the same box for the whole mini-batch",
       .paper = "Yun et al., ICCV 2019",
       .saliency = "none",
       .pairing = "random",
       .mixing = "box"},
      {.name = "none",
       .summary = "copies the data set at the output's size and format",
       .paper = "",
       .saliency = "none",
       .pairing = "none",
       .mixing = "none"},
  };
  // So a new mixing can be used without a line here.
  for (const MixingInfo* mixing : mixing_registry()) {
    const bool has_method = std::any_of(all.begin(), all.end(), [&](const MethodInfo& info) {
      return info.mixing == mixing->name;
    });
    if (has_method) continue;
    all.push_back({.name = mixing->name,
                   .summary = mixing->summary,
                   .paper = mixing->paper,
                   .saliency = mixing->usual_saliency,
                   .pairing = mixing->usual_pairing,
                   .mixing = mixing->name});
  }
  return all;
}

}  // namespace

std::span<const MethodInfo> method_registry() {
  // At the first call, not at start: it needs the mixings' entries, and constants of different
  // files are initialised in no fixed order.
  static const std::vector<MethodInfo> kAll = all_methods();
  return kAll;
}

// Of the mixing alone: a pairing that draws gives other partners, not other pictures of a pair.
bool Method::draws() const { return mixing.info->draws(); }

// A mixing that draws makes another picture of the same pair, so the best partners may come again.
bool Method::avoids_used_pairs() const { return pairing.info->avoids_used_pairs && !draws(); }

bool Method::label_sums_to_one() const {
  // A function, because the answer may depend on the parameters; null stands for yes.
  const auto ask = mixing.info->label_sums_to_one;
  return ask == nullptr || ask(mixing.values);
}

}  // namespace guidedmixup

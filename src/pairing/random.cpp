// Pairing `random`: a uniform permutation of the usable images. An image may be its own partner,
// and two may swap, as in the released code of input mixup and CutMix. It does not avoid the pairs
// of earlier rounds: a mini-batch has the same random partners under every method, whatever the
// method's mixing makes of a pair that comes again.
#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kPartners{2};

class RandomPairing final : public Pairing {
 public:
  [[nodiscard]] std::vector<int> pair(const PairingInput& input) const override {
    // The method is not part of the key, and neither is the slot: one permutation for the whole
    // mini-batch.
    DrawStream draws(input.key.with(kPartners));
    const auto order = draws.permutation(static_cast<std::uint32_t>(input.count));
    return {order.begin(), order.end()};
  }
};

}  // namespace

const PairingInfo kRandomPairing{
    .name = "random",
    .summary = "a random permutation of the mini-batch; an image can be its own partner",
    .paper = "Zhang et al., ICLR 2018",
    .make = [](const ParameterValues&) -> std::unique_ptr<Pairing> {
      return std::make_unique<RandomPairing>();
    }};

}  // namespace guidedmixup

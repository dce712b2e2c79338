// The digest of a listing, by which a resumed run recognises its input. Sizes stand in for
// contents, which would have to be read a second time; time stamps would change with every copy.
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>

#include <xxhash.h>

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup {
namespace {

// Every text goes in after its length, so that no two listings feed the same bytes.
class Digest {
 public:
  Digest() : state_(XXH3_createState()) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_64bits_reset(state_.get());
  }

  // A number feeds the same bytes on every machine: little-endian.
  void add(std::uint64_t number) {
    std::array<unsigned char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<unsigned char>(number >> (8 * i));
    }
    XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
  }

  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    XXH3_64bits_update(state_.get(), text.data(), text.size());
  }

  [[nodiscard]] std::string text() const {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    const std::uint64_t value = XXH3_64bits_digest(state_.get());
    std::string text = "xxh3:";
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 15U];
    return text;
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

}  // namespace

std::string listing_digest(const Listing& listing) {
  Digest digest;
  digest.add(std::uint64_t{listing.classes.size()});
  for (const std::string& name : listing.classes) digest.add(name);
  digest.add(std::uint64_t{listing.samples.size()});
  for (const Sample& sample : listing.samples) {
    digest.add(sample.path);
    digest.add(static_cast<std::uint64_t>(sample.label));
    digest.add(sample.bytes);
  }
  return digest.text();
}

}  // namespace guidedmixup

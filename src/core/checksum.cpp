// XXH3 for files, texts and pairs, and its form as text.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <vector>

#include <xxhash.h>

#include <guidedmixup/core/checksum.hpp>
#include <guidedmixup/core/error.hpp>

namespace guidedmixup {
namespace {

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

}  // namespace

// XXH3 finds accidents, at the speed of memory; against someone who forges a file it proves
// nothing.
std::uint64_t xxh3_of(std::span<const std::uint8_t> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t xxh3_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

// All 16 digits, zeros in front as well, so that equal numbers are equal texts.
std::string hex16(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

std::string file_digest(const std::string& path) {
  // A pipe or a device would never end, or block.
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw RunError(error ? error.message() : "it is not a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw RunError(std::strerror(errno));
  const std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  if (state == nullptr) throw std::bad_alloc();
  XXH3_64bits_reset(state.get());
  // In pieces: a network has hundreds of megabytes.
  std::vector<char> piece(std::size_t{1} << 16U);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    XXH3_64bits_update(state.get(), piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw RunError(std::strerror(errno));
  return "xxh3:" + hex16(XXH3_64bits_digest(state.get()));
}

}  // namespace guidedmixup

// Arrays as .npy files, version 1: a text that describes the array, then its values as they lie in
// memory.
#include <bit>
#include <cstring>
#include <string>

#include <guidedmixup/image_io/encode.hpp>

namespace guidedmixup {

// Otherwise each value would have to be turned round.
static_assert(std::endian::native == std::endian::little, "values are written as they lie");

void encode_npy(std::span<const float> values, Size size, ByteBuffer& bytes) {
  GUIDEDMIXUP_CHECK(static_cast<std::int64_t>(values.size()), ==, size.pixels());
  // Python's notation: NumPy evaluates this text as a dictionary.
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       std::to_string(size.height) + ", " + std::to_string(size.width) + "), }";
  // The format asks that the data start at a multiple of 64 and that the header end in a newline.
  constexpr std::size_t kPreamble = 10;
  const std::size_t unpadded = kPreamble + header.size() + 1;
  header.append((64 - unpadded % 64) % 64, ' ').push_back('\n');

  constexpr std::string_view kMagicAndVersion("\x93NUMPY\x01\x00", 8);
  bytes.assign(kMagicAndVersion.begin(), kMagicAndVersion.end());
  bytes.push_back(static_cast<std::uint8_t>(header.size() & 0xFFU));
  bytes.push_back(static_cast<std::uint8_t>(header.size() >> 8U));
  bytes.insert(bytes.end(), header.begin(), header.end());
  const std::size_t start = bytes.size();
  bytes.resize(start + values.size_bytes());
  if (!values.empty()) std::memcpy(bytes.data() + start, values.data(), values.size_bytes());
}

}  // namespace guidedmixup

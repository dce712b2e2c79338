#include "support/npy.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

#include "support/files.hpp"

namespace guidedmixup::test {

Array read_npy(const std::filesystem::path& file) {
  const std::string bytes = read_text(file);
  const auto fail = [&](const char* why) -> void {
    throw std::runtime_error(file.string() + ": " + why);
  };
  if (bytes.size() < 10 || bytes.compare(0, 6, "\x93NUMPY") != 0) fail("not a .npy file");
  const std::size_t header_bytes =
      static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  const std::string header = bytes.substr(10, header_bytes);
  const bool has_bytes = header.find("'|u1'") != std::string::npos;
  if (!has_bytes && header.find("'<f4'") == std::string::npos) fail("neither float32 nor bytes");
  if (header.find("'fortran_order': False") == std::string::npos) fail("not in C order");
  Array array;
  std::size_t count = 1;
  const std::size_t open = header.find('(');
  const std::string shape = header.substr(open + 1, header.find(')') - open - 1);
  for (std::size_t at = 0; at < shape.size();) {
    std::size_t used = 0;
    array.shape.push_back(std::stoul(shape.substr(at), &used));
    count *= array.shape.back();
    at += used;
    while (at < shape.size() && (shape[at] == ',' || shape[at] == ' ')) ++at;
  }
  const char* data = bytes.data() + 10 + header_bytes;
  if (bytes.size() != 10 + header_bytes + count * (has_bytes ? 1 : sizeof(float))) {
    fail("wrong length");
  }
  array.values.resize(count);
  if (has_bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      array.values[i] = static_cast<float>(static_cast<unsigned char>(data[i]));
    }
  } else {
    std::memcpy(array.values.data(), data, count * sizeof(float));
  }
  return array;
}

}  // namespace guidedmixup::test

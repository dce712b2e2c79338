/// Reading the arrays of golden cases.
#pragma once

#include <filesystem>
#include <vector>

namespace guidedmixup::test {

struct Array {
  std::vector<std::size_t> shape;
  std::vector<float> values;  ///< C order
};

/// Reads a version 1 .npy file of little-endian float32, or of bytes, in C order. Throws
/// std::runtime_error.
[[nodiscard]] Array read_npy(const std::filesystem::path& file);

}  // namespace guidedmixup::test

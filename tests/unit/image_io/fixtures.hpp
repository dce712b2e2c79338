/// The committed small images of fixtures/ and what they must decode to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/image.hpp>

namespace guidedmixup::test {

struct Fixture {
  std::string name;
  ByteBuffer bytes;
  Image expected;
  int tolerance;
};

[[nodiscard]] std::filesystem::path fixture_path(const std::string& name);
[[nodiscard]] ByteBuffer fixture_bytes(const std::string& name);
/// A P6 file of fixtures/, read without the program's decoders.
[[nodiscard]] Image fixture_pixels(const std::string& name);
/// Every line of fixtures/list.txt.
[[nodiscard]] const std::vector<Fixture>& fixtures();

/// The largest difference of any value; the sizes must be equal.
[[nodiscard]] int largest_difference(ImageView a, ImageView b);

/// An image without symmetries: smooth, with a step.
[[nodiscard]] Image test_picture(Size size, unsigned seed = 0);

}  // namespace guidedmixup::test

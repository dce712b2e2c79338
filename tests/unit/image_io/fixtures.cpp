#include "fixtures.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/files.hpp"
#include "support/shared_data.hpp"

namespace guidedmixup::test {
std::filesystem::path fixture_path(const std::string& name) {
  return source_folder() / "tests" / "unit" / "image_io" / "fixtures" / name;
}

ByteBuffer fixture_bytes(const std::string& name) { return read_bytes(fixture_path(name)); }

Image fixture_pixels(const std::string& name) {
  std::istringstream stream(read_text(fixture_path(name)));
  std::string magic;
  Size size;
  int largest = 0;
  stream >> magic >> size.width >> size.height >> largest;
  stream.get();
  Image image(size);
  stream.read(reinterpret_cast<char*>(image.span().data()),
              static_cast<std::streamsize>(image.span().size()));
  if (magic != "P6" || largest != 255 || !stream) throw std::runtime_error("bad fixture " + name);
  return image;
}

const std::vector<Fixture>& fixtures() {
  static const std::vector<Fixture> all = [] {
    std::vector<Fixture> list;
    std::ifstream lines(fixture_path("list.txt"));
    std::string name;
    std::string expected;
    int tolerance = 0;
    while (lines >> name >> expected >> tolerance) {
      list.push_back({name, fixture_bytes(name), fixture_pixels(expected), tolerance});
    }
    return list;
  }();
  return all;
}

int largest_difference(ImageView a, ImageView b) {
  if (a.size != b.size) throw std::runtime_error("images of different sizes are compared");
  int largest = 0;
  for (std::size_t i = 0; i < a.bytes(); ++i) {
    largest = std::max(largest, std::abs(int{a.pixels[i]} - int{b.pixels[i]}));
  }
  return largest;
}

Image test_picture(Size size, unsigned seed) {
  Image image(size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::uint8_t* pixel = image.row(y) + std::ptrdiff_t{x} * kChannels;
      const bool marked = x * 3 < size.width && y * 4 < size.height;
      pixel[0] = static_cast<std::uint8_t>(marked ? 250 : 200 * x / size.width);
      pixel[1] = static_cast<std::uint8_t>(220 * y / size.height);
      pixel[2] = static_cast<std::uint8_t>((x * 5U + y * 3U + seed * 40U) % 256U);
    }
  }
  return image;
}

}  // namespace guidedmixup::test

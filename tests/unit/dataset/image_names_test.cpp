#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/dataset/image_names.hpp>

using namespace guidedmixup;

TEST_CASE("an image is known by its extension, in any case") {
  for (const char* extension : {"jpg", "jpeg", "jpe", "png", "webp", "tif", "tiff", "bmp", "ppm",
                                "pgm", "pbm", "pnm", "JPEG", "Png"}) {
    CHECK_MESSAGE(has_image_extension(std::string("a/b.") + extension), extension);
  }
  for (const char* name :
       {"a.txt", "jpg", "a.jpg.txt", "a.jpg/b", ".jpg", "a.gif", "a.npy", "", "a."}) {
    CHECK_MESSAGE(!has_image_extension(name), name);
  }
}

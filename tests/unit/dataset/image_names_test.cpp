#include <string>

#include <doctest/doctest.h>

#include <guidedmixup/dataset/image_names.hpp>

using namespace guidedmixup;

TEST_CASE("an image is known by its extension, in any case") {
  for (const char* extension :
       {"jpg", "jpeg", "jpe",  "png",  "webp", "tif", "tiff",  "bmp", "ppm",  "pgm",
        "pbm", "pnm",  "jfif", "JFIF", "jif",  "jfi", "pjpeg", "pjp", "JPEG", "Png"}) {
    CHECK_MESSAGE(has_image_extension(std::string("a/b.") + extension), extension);
  }
  for (const char* name :
       {"a.txt", "jpg", "a.jpg.txt", "a.jpg/b", ".jpg", "a.gif", "a.npy", "", "a."}) {
    CHECK_MESSAGE(!has_image_extension(name), name);
  }
}

TEST_CASE("pictures that no codec reads are known, and images are none of them") {
  for (const char* extension : {"gif", "heic", "avif", "jxl", "psd", "cr2", "dcm"}) {
    CHECK_MESSAGE(is_unread_picture(extension), extension);
  }
  for (const char* extension : {"jpg", "jfif", "png", "tif", "txt", "json", "mp4", ""}) {
    CHECK_MESSAGE(!is_unread_picture(extension), extension);
  }
}

TEST_CASE("folders of systems are known in any case") {
  for (const char* name : {"__MACOSX", "lost+found", "$RECYCLE.BIN", "$Recycle.Bin", "@eaDir"}) {
    CHECK_MESSAGE(is_system_folder(name), name);
  }
  for (const char* name : {"cat", "lost", "macosx", "", "__MACOSX2"}) {
    CHECK_MESSAGE(!is_system_folder(name), name);
  }
}

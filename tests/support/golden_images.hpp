/// The input images of a golden case.
#pragma once

#include <cstdio>
#include <filesystem>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <guidedmixup/image_io/decode.hpp>

#include "support/files.hpp"

namespace guidedmixup::test {

/// in_00.png, in_01.png and so on.
inline std::vector<Image> read_images(const std::filesystem::path& folder, int count) {
  std::vector<Image> images;
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "in_%02d.png", i);
    auto image = decode(read_bytes(folder / name), {});
    REQUIRE(image.ok());
    images.push_back(std::move(image).value());
  }
  return images;
}

}  // namespace guidedmixup::test

/// What golden cases have in common.
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <guidedmixup/image_io/decode.hpp>

#include "support/files.hpp"

namespace guidedmixup::test {

/// The folders of `root` whose name begins so, and that hold `file`.
inline std::vector<std::filesystem::path> cases(const std::filesystem::path& root,
                                                const std::string& beginning,
                                                const std::string& file) {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    const bool is_one = entry.path().filename().string().starts_with(beginning);
    if (is_one && std::filesystem::exists(entry.path() / file)) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// What the case's own file says.
inline nlohmann::json facts_of(const std::filesystem::path& folder) {
  return nlohmann::json::parse(read_text(folder / "case.json"));
}

/// in_00.png, in_01.png and so on; or of another beginning.
inline std::vector<Image> read_images(const std::filesystem::path& folder, int count,
                                      const std::string& beginning = "in_") {
  std::vector<Image> images;
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "%s%02d.png", beginning.c_str(), i);
    auto image = decode(read_bytes(folder / name), {});
    REQUIRE(image.ok());
    images.push_back(std::move(image).value());
  }
  return images;
}

}  // namespace guidedmixup::test

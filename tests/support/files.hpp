/// A fresh folder for each test, removed at its end, and small file functions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <guidedmixup/core/buffer.hpp>

namespace guidedmixup::test {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file below the folder, making the folders on the way; returns its full path.
  std::string write(const std::string& relative, std::string_view content) const;
  std::string write(const std::string& relative, std::span<const std::uint8_t> content) const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] ByteBuffer read_bytes(const std::filesystem::path& path);
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

}  // namespace guidedmixup::test

/// Reading files into memory. Private to image_io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/error.hpp>

namespace guidedmixup::image_io {

/// A regular file that is open for reading.
class InputFile {
 public:
  /// Errors and exceptions as `read_file`; a file of no bytes is an error, too.
  static Result<InputFile> open(const std::string& path);

  InputFile(InputFile&& other) noexcept;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  /// In bytes, as it was when the file was opened.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// `bytes` holds the beginning of the file, or nothing: reads on until it holds `count` bytes.
  /// It holds fewer when the file has become shorter. Errors as `read_file`.
  std::optional<SampleError> read_until(std::uint64_t count, ByteBuffer& bytes) const;

 private:
  InputFile(int number, std::string path) : number_(number), path_(std::move(path)) {}

  int number_;
  std::uint64_t size_ = 0;
  std::string path_;
};

}  // namespace guidedmixup::image_io

/// Reading files into memory. Private to image_io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/error.hpp>

namespace guidedmixup::image_io {

/// The first `count` bytes of a file, or all of it when it is shorter. Errors as `read_file`.
Result<ByteBuffer> read_file_start(const std::string& path, std::size_t count);

}  // namespace guidedmixup::image_io

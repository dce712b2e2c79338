/// Reading the files of an output. Only the output folder itself may be a link: below it nothing is
/// reached through one, and what is no regular file (a link, a pipe, a device, a folder) is refused
/// with its name, without waiting for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>

#include <guidedmixup/core/buffer.hpp>

namespace guidedmixup {

/// Is there anything of that name in the output, a link too? `name` as below.
[[nodiscard]] bool has_output_file(const std::filesystem::path& output, const std::string& name);

/// One file as a stream of bytes. A failure to read throws RunError with the file's name from
/// whatever reads the stream: it is never mistaken for the end.
class OutputFile final : public std::istream {
 public:
  /// `name` is relative to the output, such as "images/00000/metadata.jsonl". Throws RunError that
  /// names the file: it is not there, not a regular file, cannot be opened, or `name` leads out of
  /// the output.
  OutputFile(const std::filesystem::path& output, const std::string& name);
  ~OutputFile() override;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  /// In bytes, when it was opened.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
  std::uint64_t size_ = 0;
};

/// The whole of one file; throws as OutputFile does. Safe to use from several threads.
[[nodiscard]] ByteBuffer read_output_file(const std::filesystem::path& output,
                                          const std::string& name);

}  // namespace guidedmixup

/// What the readers of the fuzz program share. A reader takes one input as the program would find
/// it and checks what must hold of whatever it makes of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <guidedmixup/core/error.hpp>

namespace guidedmixup::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// True when the input was read to its end, false when it was refused. What a refusal throws is a
/// RunError that is no SystemError; every other exception is a fault.
using Reader = bool (*)(Bytes input);

bool read_picture(Bytes input);
bool read_orientation(Bytes input);
bool read_manifest_file(Bytes input);
bool read_records(Bytes input);
bool read_plan_file(Bytes input);
bool read_shard_lines(Bytes input);
bool read_labels(Bytes input);
bool read_list(Bytes input);
bool read_classes(Bytes input);
bool read_config(Bytes input);
bool read_arguments(Bytes input);

[[nodiscard]] std::string_view text_of(Bytes input);

/// Ends the program with `what` unless `holds`: for a library that reports a fault by aborting.
void require(bool holds, std::string_view what);

/// Calls what must not refuse anything, since what it reads was accepted or written by us.
template <typename Function>
void expect_no_refusal(std::string_view what, const Function& function) {
  try {
    function();
  } catch (const RunError& error) {
    require(false, std::string(what) + ": " + error.what());
  }
}

/// A folder for the files of one reader, in TMPDIR, which the campaign puts into memory. Removed at
/// the end of the program.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  /// Writes a file of this content; its path.
  std::string put(const std::string& name, std::string_view content) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace guidedmixup::fuzz

/// The folder that the samples of a listing or a manifest lie in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <guidedmixup/image_io/decode.hpp>

namespace guidedmixup {

/// Reads samples by their paths below one folder, and tells a sample that is missing from a folder
/// that is: when its disk is unmounted, or it is moved away, that is no fault of its samples. Safe
/// to use from several threads.
class SourceFolder {
 public:
  /// Remembers which folder is at `root` now.
  explicit SourceFolder(std::string root);

  [[nodiscard]] const std::string& root() const { return root_; }

  /// As `load_image` and `probe_file`. Throw RunError, too, when a sample is missing and so is the
  /// folder, or it is empty, or another one is in its place.
  [[nodiscard]] Result<Image> load(const std::string& path, const LoadOptions& options,
                                   DecodeNotes* notes = nullptr) const;
  [[nodiscard]] Result<ImageInfo> probe(const std::string& path, const DecodeLimits& limits) const;

 private:
  struct Identity {
    std::uint64_t device;
    std::uint64_t number;
    bool operator==(const Identity&) const = default;
  };
  [[nodiscard]] static std::optional<Identity> identity_of(const std::string& folder);
  void refuse_to_go_on_if_lost(const std::string& path) const;
  template <typename Read>
  auto read(const std::string& path, Read read) const;

  std::string root_;
  std::optional<Identity> identity_;
};

}  // namespace guidedmixup

// The walk through one INPUT folder. Knows nothing of labels: it only says below which first folder
// an image lies.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup::dataset {

/// Sample::label of an image that lies directly in INPUT.
inline constexpr int kNoFolder = -1;

/// A folder directly in an INPUT. Without an image by name it is no class, whatever else it holds.
struct FirstFolder {
  std::string path;
  bool holds_images = false;  ///< also such as are rejected, and what a locked folder may hold
};

/// What the walks of one run found, in no particular order. All paths are relative to the root.
struct Found {
  std::vector<Sample> images;  ///< label: index into `folders`, or kNoFolder
  std::vector<ListingReject> rejects;
  std::vector<FirstFolder> folders;
  std::uint64_t hidden = 0;  ///< hidden entries, and folders of the system
  std::uint64_t other = 0;   ///< no image by name, and links that were not followed
  std::map<std::string, std::uint64_t> unread_pictures;  ///< of these others, by extension
  std::vector<std::string> looping_links;                ///< lead to a folder that they lie in
  std::vector<std::string> dead_links;  ///< lead nowhere, and are no images by name
};

/// Adds all that lies below `input`, which is `root` or lies below it (both absolute, without
/// symbolic links). What the user may not read is a reject, but for `input` itself; any other error
/// of the system is a RunError that names the path.
void walk_folder(const std::string& input, const std::string& root, Found& found);

/// Adds one file that was named itself, whatever its extension.
void add_single_image(const std::string& file, const std::string& root, Found& found);

/// The names of the folders directly in `folder` that a walk would enter, in no particular order.
/// None when it cannot be read.
[[nodiscard]] std::vector<std::string> first_folders_of(const std::string& folder);

}  // namespace guidedmixup::dataset

// The walk through one INPUT folder. Knows nothing of labels: it only says below which first folder
// an image lies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup::dataset {

/// Sample::label of an image that lies directly in INPUT.
inline constexpr int kNoFolder = -1;

/// What the walks of one run found, in no particular order. All paths are relative to the root.
struct Found {
  std::vector<Sample> images;  ///< label: index into `folders`, or kNoFolder
  std::vector<ListingReject> rejects;
  std::vector<std::string> folders;  ///< each first-level folder of each INPUT
  std::uint64_t hidden = 0;
  std::uint64_t other = 0;                 ///< no image by name, and links that were not followed
  std::vector<std::string> looping_links;  ///< lead to a folder that they lie in
  std::vector<std::string> dead_links;     ///< lead nowhere, and are no images by name
};

/// Adds all that lies below `input`, which is `root` or lies below it (both absolute, without
/// symbolic links). Throws RunError that names a folder that cannot be read.
void walk_folder(const std::string& input, const std::string& root, Found& found);

/// Adds one file that was named itself, whatever its extension.
void add_single_image(const std::string& file, const std::string& root, Found& found);

}  // namespace guidedmixup::dataset

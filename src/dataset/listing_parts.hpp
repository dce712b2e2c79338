// The two ways to a listing, behind make_listing.
#pragma once

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup::dataset {

/// All images below the INPUT folders, with or without a label file.
[[nodiscard]] Listing listing_from_folders(const ListingRequest& request);

/// The paths of --files-from, with one INPUT, a label file or both.
[[nodiscard]] Listing listing_from_list(const ListingRequest& request);

}  // namespace guidedmixup::dataset

// How files that cannot be samples are worded, and where they stand in the listing.
#pragma once

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup::dataset {

inline constexpr const char* kInvalidPathMessage =
    "the path is not valid UTF-8 and cannot stand in a manifest; rename the file";
inline constexpr const char* kNoRowMessage = "the file has no row in the label file";
inline constexpr const char* kNotRegularMessage = "not a regular file";

inline std::string unreadable_message(int error_number) {
  return "the file cannot be read: " + std::generic_category().message(error_number);
}

inline ListingReject listing_reject(std::string path, RejectCode code, std::string message) {
  return {std::move(path), 0, {RejectStage::kListing, code, std::move(message)}};
}

/// Puts samples and rejects in the order of their paths' bytes and gives rejects their positions.
inline void sort_by_path(Listing& listing) {
  const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
  std::sort(listing.samples.begin(), listing.samples.end(), by_path);
  std::sort(listing.rejects.begin(), listing.rejects.end(), by_path);
  auto sample = listing.samples.begin();
  for (ListingReject& reject : listing.rejects) {
    sample = std::lower_bound(sample, listing.samples.end(), reject, by_path);
    reject.position = static_cast<std::size_t>(sample - listing.samples.begin());
  }
}

}  // namespace guidedmixup::dataset

// Which files cannot be samples, how that is worded, and where they stand in the listing.
#pragma once

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/dataset/listing.hpp>

namespace guidedmixup::dataset {

inline constexpr const char* kInvalidPathMessage =
    "the path is not valid UTF-8 and cannot be written to a manifest; rename the file";
inline constexpr const char* kNoRowMessage = "the file has no row in the label file";
inline constexpr const char* kNotRegularMessage = "not a regular file";

/// `what` is "the file" or "the folder".
inline std::string unreadable_message(const char* what, int error_number) {
  return std::string(what) + " cannot be read: " + std::generic_category().message(error_number);
}

/// The path leads to nothing.
inline bool leads_nowhere(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP;
}

/// The user may not go there, or no system call takes the path.
inline bool is_forbidden(int error_number) {
  return error_number == EACCES || error_number == EPERM || error_number == ENAMETOOLONG;
}

/// The error is one of this path alone, so that it may be rejected. Any other (of a disk, of a
/// mount that went away, of a lack of memory) would befall its neighbours too and ends the run.
inline bool is_of_the_path(int error_number) {
  return leads_nowhere(error_number) || is_forbidden(error_number);
}

/// Never to be tried again by a resume: each run lists anew, and another listing is another plan.
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

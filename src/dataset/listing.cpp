// The entrance to this stage: chooses between folders and a list, and lists images without labels.
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/dataset/listing.hpp>

#include "inputs.hpp"
#include "listing_parts.hpp"
#include "rejects.hpp"
#include "scan.hpp"

namespace guidedmixup {

Listing make_listing(const ListingRequest& request) {
  if (request.files_from) return dataset::listing_from_list(request);
  if (request.nul_separated) {
    throw UsageError("-0 needs --files-from");
  }
  return dataset::listing_from_folders(request);
}

Listing list_images(const std::vector<std::string>& inputs) {
  using namespace dataset;
  const Inputs resolved = resolve_inputs(inputs, InputKinds::kFoldersAndFiles);
  Found found = scan_inputs(resolved);
  require_images(resolved, found);
  Listing listing = listing_of(resolved, found);
  listing.samples = std::move(found.images);
  // The walk left the number of the first folder in it, which means nothing without classes.
  for (Sample& sample : listing.samples) sample.label = 0;
  sort_by_path(listing);
  return listing;
}

}  // namespace guidedmixup

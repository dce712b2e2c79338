#include "scan.hpp"

#include <algorithm>
#include <utility>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup::dataset {
namespace {

void note_links(Listing& listing, const std::vector<std::string>& links, const char* what) {
  if (links.empty()) return;
  const auto first = std::min_element(links.begin(), links.end());
  listing.notes.push_back(std::to_string(links.size()) + " symbolic link(s) " + what +
                          " and were ignored; the first is '" + printable(*first) + "'");
}

}  // namespace

Found scan_inputs(const Inputs& inputs) {
  Found found;
  for (const Input& input : inputs.items) {
    if (input.is_folder) {
      walk_folder(input.path, inputs.root, found);
    } else {
      add_single_image(input.path, inputs.root, found);
    }
  }
  return found;
}

Listing listing_of(const Inputs& inputs, Found& found) {
  Listing listing;
  listing.root = inputs.root;
  listing.rejects = std::move(found.rejects);
  listing.ignored_hidden = found.hidden;
  listing.ignored_other = found.other;
  note_links(listing, found.looping_links, "lead to a folder that they lie in");
  note_links(listing, found.dead_links, "lead nowhere");
  return listing;
}

void require_images(const Inputs& inputs, const Found& found) {
  if (!found.images.empty() || !found.rejects.empty()) return;
  std::string names;
  for (const Input& input : inputs.items) {
    names += (names.empty() ? "'" : ", '") + printable(input.typed) + "'";
  }
  throw UsageError("no images found in " + names +
                   ": expected files named .jpg, .png, .webp, .tif, .bmp, .ppm or the like; " +
                   std::to_string(found.other) + " other and " + std::to_string(found.hidden) +
                   " hidden entries were ignored");
}

}  // namespace guidedmixup::dataset

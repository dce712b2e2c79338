// Notes show one example and a count: thousands of links would otherwise fill the terminal.
#include "scan.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/core/text.hpp>

namespace guidedmixup::dataset {
namespace {

void note_links(Listing& listing, const std::vector<std::string>& links, const char* what) {
  if (links.empty()) return;
  // The smallest, not the first found, so that the note does not depend on the order of the walk.
  const auto first = std::min_element(links.begin(), links.end());
  listing.notes.push_back("ignored " + counted(links.size(), "symbolic link") + " " + what +
                          "; the first is '" + printable(*first) + "'");
}

void note_pictures(Listing& listing, const Found& found) {
  if (found.unread_pictures.empty()) return;
  listing.notes.push_back("ignored images in unsupported formats" + unread_pictures_text(found) +
                          "; convert them to use them");
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
  note_links(listing, found.looping_links, "leading to a folder above it");
  note_links(listing, found.dead_links, "leading nowhere");
  note_pictures(listing, found);
  return listing;
}

std::string unread_pictures_text(const Found& found) {
  std::vector<std::pair<std::string, std::uint64_t>> order(found.unread_pictures.begin(),
                                                           found.unread_pictures.end());
  // Stable: among equal counts the map's alphabetical order stays, and the text is the same every
  // time.
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [extension, count] : order) {
    text += (text.empty() ? " (" : ", ") + std::to_string(count) + " ." + extension;
  }
  return text.empty() ? text : text + ")";
}

void require_images(const Inputs& inputs, const Found& found) {
  if (!found.images.empty() || !found.rejects.empty()) return;
  std::string names;
  for (const Input& input : inputs.items) {
    names += (names.empty() ? "'" : ", '") + printable(input.typed) + "'";
  }
  throw UsageError("no images found in " + names +
                   ": expected files named .jpg, .png, .webp, .tif, .bmp, .ppm or the like; " +
                   std::to_string(found.other) + " other" + unread_pictures_text(found) + " and " +
                   std::to_string(found.hidden) + " hidden entries were ignored");
}

}  // namespace guidedmixup::dataset

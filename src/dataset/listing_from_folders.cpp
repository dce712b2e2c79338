// Makes the listing from INPUT folders: walks them all, labels each image by its first folder or by
// the label file, and sorts by path at the end. The order of the walk never matters.
#include <algorithm>
#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include <guidedmixup/core/text.hpp>

#include "class_notes.hpp"
#include "classes.hpp"
#include "inputs.hpp"
#include "label_table.hpp"
#include "listing_parts.hpp"
#include "missing_files.hpp"
#include "rejects.hpp"
#include "scan.hpp"

namespace guidedmixup::dataset {
namespace {

// Without a label file every INPUT must have class folders: one that has none is most often the
// wrong folder, and would only give rejects.
void require_class_folder(const Input& input, const std::string& root, const Found& found) {
  const auto directly_in_input = [&](const std::string& path) {
    return parent_folder(join_path(root, path)) == input.path;
  };
  if (std::any_of(found.folders.begin(), found.folders.end(),
                  [&](const FirstFolder& folder) { return directly_in_input(folder.path); })) {
    return;
  }
  const auto images =
      std::count_if(found.images.begin(), found.images.end(),
                    [&](const Sample& image) { return directly_in_input(image.path); });
  const std::string name = printable(input.typed);
  throw UsageError("no class folder found in '" + name + "', " +
                   (images == 0 ? "and no images in supported formats" + unread_pictures_text(found)
                                : "only images directly in it (" + std::to_string(images) + ")") +
                   ": expected " + join_path(name, "CLASS/image.jpg") +
                   ", or --labels FILE with a class for each path");
}

void require_images_in_class_folders(const Inputs& inputs, const Found& found) {
  // First the message that fits best: an INPUT without class folders, then no images at all, then
  // images that lie only beside the folders.
  for (const Input& input : inputs.items) require_class_folder(input, inputs.root, found);
  require_images(inputs, found);
  if (std::any_of(found.folders.begin(), found.folders.end(),
                  [](const FirstFolder& folder) { return folder.holds_images; })) {
    return;
  }
  throw UsageError("no images in the class folders of '" + printable(inputs.items[0].typed) +
                   "', only " + std::to_string(found.images.size()) +
                   " next to them: expected CLASS/image.jpg, or --labels FILE");
}

void use_classes(Listing& listing, const Classes& classes) {
  listing.classes = classes.names;
  listing.notes.insert(listing.notes.end(), classes.notes.begin(), classes.notes.end());
}

// INPUTs may have folders of the same name: these are one class.
std::string_view name_of(const FirstFolder& folder) {
  return std::string_view(folder.path).substr(folder.path.rfind('/') + 1);
}

// An empty folder would shift the index of every class behind it, and most often it is no class.
void note_empty_folders(Listing& listing, const Found& found) {
  std::set<std::string_view> names;
  for (const FirstFolder& folder : found.folders) names.insert(name_of(folder));
  for (const std::string& name : listing.classes) names.erase(name);
  if (names.empty()) return;
  listing.notes.push_back(counted(names.size(), "folder") + " without images " +
                          (names.size() == 1 ? "is not a class: " : "are not classes: ") +
                          first_of({names.begin(), names.end()}) +
                          "; list them in --classes FILE to give them an index");
}

Listing label_by_folder(const Inputs& inputs, Found& found, const ListingRequest& request) {
  require_images_in_class_folders(inputs, found);
  ClassMentions mentions;
  std::vector<int> mention_of_folder;
  mention_of_folder.reserve(found.folders.size());
  for (const FirstFolder& folder : found.folders) {
    const auto where = [&] {
      return "folder '" + printable(join_path(inputs.root, folder.path)) + "'";
    };
    // Only folders with images are mentioned, so an empty one gets no index (see
    // note_empty_folders).
    mention_of_folder.push_back(folder.holds_images ? mentions.add(name_of(folder), where)
                                                    : kNoClass);
  }
  const Classes classes = order_classes(mentions, request.classes_file, MentionKind::kName);
  Listing listing = listing_of(inputs, found);
  use_classes(listing, classes);
  note_empty_folders(listing, found);
  if (auto note = parts_note(listing.classes, request.inputs[0])) listing.notes.push_back(*note);
  listing.samples.reserve(found.images.size());
  for (Sample& image : found.images) {
    if (image.label == kNoFolder) {
      listing.rejects.push_back(listing_reject(std::move(image.path), RejectCode::kNoLabel,
                                               "the file is not inside a class folder"));
      continue;
    }
    image.label = classes.of_mention[mention_of_folder[image.label]];
    listing.samples.push_back(std::move(image));
  }
  return listing;
}

// A row that no image took: either the file is not there, or it is there and the walk passed over
// it. The user sees which.
ListingReject reject_of_row(const std::string& path, MissingFiles& missing) {
  struct stat status {};
  if (repeat_interrupted([&] { return stat(join_path(missing.root(), path).c_str(), &status); }) !=
      0) {
    return missing.reject(path, errno);
  }
  return listing_reject(path, RejectCode::kUnsupported,
                        "the label file names it, but it is not an image below INPUT "
                        "(hidden, outside, or without an image's extension)");
}

// A wrong start of the label file's paths rejects every image: the note shows both spellings.
std::string no_row_note(const std::string& labels_file, const LabelTable& table,
                        const Listing& listing) {
  const auto first = std::min_element(
      listing.rejects.begin(), listing.rejects.end(),
      [](const ListingReject& a, const ListingReject& b) { return a.path < b.path; });
  return "no image has a row in --labels '" + printable(labels_file) +
         "': its paths must start at '" + printable(listing.root) + "', as '" +
         printable(first->path) + "' does; found '" + printable(table.example()) + "'";
}

Listing label_by_table(const Inputs& inputs, Found& found, const ListingRequest& request) {
  require_images(inputs, found);
  LabelTable table(*request.labels_file, request.classes_file, path_base(inputs));
  Listing listing = listing_of(inputs, found);
  use_classes(listing, table.classes());
  // A file that the walk rejected has its row all the same: without this the row would become a
  // second reject of the same path.
  for (const ListingReject& reject : listing.rejects) table.take(reject.path);
  listing.samples.reserve(found.images.size());
  for (Sample& image : found.images) {
    image.label = table.take(image.path);
    if (image.label == kNoClass) {
      listing.rejects.push_back(
          listing_reject(std::move(image.path), RejectCode::kNoLabel, kNoRowMessage));
    } else {
      listing.samples.push_back(std::move(image));
    }
  }
  if (listing.samples.empty()) {
    listing.notes.push_back(no_row_note(*request.labels_file, table, listing));
  }
  MissingFiles missing(inputs.root, "the label file");
  for (const std::string& path : table.untaken()) {
    listing.rejects.push_back(reject_of_row(path, missing));
  }
  if (missing.note()) listing.notes.push_back(*missing.note());
  return listing;
}

}  // namespace

Listing listing_from_folders(const ListingRequest& request) {
  const Inputs inputs = resolve_inputs(request.inputs, InputKinds::kFolders);
  Found found = scan_inputs(inputs);
  Listing listing = request.labels_file ? label_by_table(inputs, found, request)
                                        : label_by_folder(inputs, found, request);
  sort_by_path(listing);
  return listing;
}

}  // namespace guidedmixup::dataset

// Makes the listing from the paths of --files-from. Nothing is sorted: the order of the list is the
// user's choice, and so is a path that appears twice. Every path gets its place, as a sample or a
// reject.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include <guidedmixup/core/text.hpp>

#include "class_notes.hpp"
#include "classes.hpp"
#include "inputs.hpp"
#include "label_table.hpp"
#include "list_file.hpp"
#include "listing_parts.hpp"
#include "missing_files.hpp"
#include "rejects.hpp"
#include "text_file.hpp"
#include "walk.hpp"

namespace guidedmixup::dataset {
namespace {

namespace fs = std::filesystem;

void check_request(const ListingRequest& request) {
  if (request.inputs.size() > 1) {
    throw UsageError(
        "--files-from takes one INPUT, the folder where its relative paths start; found " +
        std::to_string(request.inputs.size()));
  }
  if (request.inputs.empty() && !request.labels_file) {
    throw UsageError(
        "--files-from needs either one INPUT (the class is the first folder below it) or --labels");
  }
}

PathBase base_of(const ListingRequest& request) {
  if (!request.inputs.empty()) {
    return path_base(resolve_inputs(request.inputs, InputKinds::kFolders));
  }
  std::error_code error;
  const std::string folder = fs::current_path(error).native();
  if (error) throw system_error("cannot find the current folder", ".", error.value());
  return {folder, folder};
}

// The first component below the base; "" for a path without a folder there. A path outside the base
// begins with "../", which is no class.
std::string_view class_folder(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || path.starts_with("../")) return "";
  return path.substr(0, slash);
}

// The labels of all paths of the list, from folders or from a label file, so that the rest need not
// know which.
struct ListLabels {
  Classes classes;
  std::vector<int> of_file;  // class index or kNoClass
  const char* why_none;
};

// The classes of a list are those that it mentions, and so the same class may have another index in
// a list of another part of INPUT.
void add_folder_notes(Classes& classes, const ClassMentions& mentions,
                      const ListingRequest& request) {
  // With a classes file indices do not depend on what the list mentions.
  if (request.classes_file) return;
  const std::string& input = request.inputs[0];
  if (auto note = parts_note(classes.names, input)) classes.notes.push_back(*note);
  const std::vector<std::string> folders = first_folders_of(input);
  const auto left_out = std::count_if(folders.begin(), folders.end(),
                                      [&](const auto& folder) { return !mentions.has(folder); });
  if (left_out == 0) return;
  classes.notes.push_back(
      "the list has no image of " + counted(static_cast<std::size_t>(left_out), "class folder") +
      " of '" + printable(input) + "', so only the classes in the list get an index: 0 to " +
      std::to_string(classes.names.size() - 1) +
      "; another list may give other indices; --classes FILE with the names of all gives every "
      "list "
      "the same");
}

ListLabels labels_by_folder(const std::vector<ListedPath>& files, const ListingRequest& request) {
  ClassMentions mentions;
  std::vector<int> labels;
  labels.reserve(files.size());
  for (const ListedPath& file : files) {
    const std::string_view folder = class_folder(file.path);
    const auto where = [&] { return at_line(*request.files_from, file.line); };
    labels.push_back(folder.empty() ? kNoClass : mentions.add(folder, where));
  }
  if (mentions.all().empty()) {
    const std::string& first = files[0].path;
    throw UsageError(
        "no path in --files-from '" + printable(*request.files_from) +
        "' is inside a class folder of '" + printable(request.inputs[0]) +
        "': expected CLASS/image.jpg, or --labels FILE; the first is '" + printable(first) + "'" +
        (first.find('\\') == std::string::npos ? "" : "; folders are separated by '/', not '\\'"));
  }
  Classes classes = order_classes(mentions, request.classes_file, MentionKind::kName);
  add_folder_notes(classes, mentions, request);
  for (int& label : labels) {
    if (label != kNoClass) label = classes.of_mention[label];
  }
  return {std::move(classes), std::move(labels), "the path has no class folder below INPUT"};
}

// Rows of files that the list leaves out are no rejects: a list chooses.
ListLabels labels_by_table(const std::vector<ListedPath>& files, const ListingRequest& request,
                           const PathBase& base) {
  LabelTable table(*request.labels_file, request.classes_file, base);
  std::vector<int> labels;
  labels.reserve(files.size());
  for (const ListedPath& file : files) labels.push_back(table.take(file.path));
  return {table.classes(), std::move(labels), kNoRowMessage};
}

// Makes the paths, now relative to the base, relative to the deepest folder that holds them all;
// returns that folder.
std::string move_to_common_folder(std::vector<ListedPath>& files, const PathBase& base) {
  std::string folder;
  for (ListedPath& file : files) {
    file.path = normal_path(join_path(base.folder(), file.path));
    const std::string_view parent = parent_folder(file.path);
    folder = folder.empty() ? std::string(parent) : common_folder(folder, parent);
  }
  for (ListedPath& file : files) file.path = relative_path(file.path, folder);
  std::error_code error;
  // Weakly, because the folder may not exist when every path of the list is wrong. Those paths are
  // rejects, not a failure of the run.
  const fs::path root = fs::weakly_canonical(folder, error);
  if (error) throw system_error("cannot resolve", folder, error.value());
  return root.native();
}

// The order of the questions decides which of several reasons is recorded. The label comes last:
// for a file that cannot be used at all, it is of no interest.
void add_file(Listing& listing, std::string path, int label, const char* why_no_label,
              MissingFiles& missing) {
  const auto reject = [&](RejectCode code, std::string message) {
    listing.rejects.push_back(listing_reject(std::move(path), code, std::move(message)));
    listing.rejects.back().position = listing.samples.size();
  };
  if (!is_utf8(path)) return reject(RejectCode::kInvalidPath, kInvalidPathMessage);
  struct stat status {};
  if (repeat_interrupted([&] { return stat(join_path(listing.root, path).c_str(), &status); }) !=
      0) {
    ListingReject lost = missing.reject(path, errno);
    return reject(lost.error.code, std::move(lost.error.message));
  }
  if (S_ISDIR(status.st_mode)) return reject(RejectCode::kUnsupported, "a folder, not a file");
  if (!S_ISREG(status.st_mode)) return reject(RejectCode::kUnsupported, kNotRegularMessage);
  if (label == kNoClass) return reject(RejectCode::kNoLabel, why_no_label);
  listing.samples.push_back({std::move(path), static_cast<std::uint64_t>(status.st_size), label});
}

}  // namespace

Listing listing_from_list(const ListingRequest& request) {
  check_request(request);
  const PathBase base = base_of(request);
  std::vector<ListedPath> files = read_list_file(*request.files_from, request.nul_separated);
  for (ListedPath& file : files) file.path = base.relative(file.path);
  ListLabels labels = request.labels_file ? labels_by_table(files, request, base)
                                          : labels_by_folder(files, request);
  Listing listing;
  listing.root = request.inputs.empty() ? move_to_common_folder(files, base) : base.folder();
  listing.classes = std::move(labels.classes.names);
  listing.notes = std::move(labels.classes.notes);
  MissingFiles missing(listing.root, "the list");
  listing.samples.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    add_file(listing, std::move(files[i].path), labels.of_file[i], labels.why_none, missing);
  }
  if (missing.note()) listing.notes.push_back(*missing.note());
  return listing;
}

}  // namespace guidedmixup::dataset

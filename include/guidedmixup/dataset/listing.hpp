/// From folders, lists and label files to the listing: which samples there are, in which order, of
/// which class.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/core/error.hpp>

namespace guidedmixup {

/// One input image with its label.
struct Sample {
  std::string path;         ///< relative to Listing::root, valid UTF-8, '/' between components
  std::uint64_t bytes = 0;  ///< size of the file when it was listed
  int label = 0;            ///< index into Listing::classes
};

/// A file that was found or named but cannot be a sample; known before anything is decoded.
struct ListingReject {
  std::string path;          ///< relative to Listing::root, any bytes
  std::size_t position = 0;  ///< how many samples stand before it in listing order
  SampleError error;
};

/// The whole input, in listing order: by the bytes of the relative path for folders, in the order
/// of the list for lists.
struct Listing {
  std::string root;  ///< absolute, without symbolic links: what sample paths are relative to
  std::vector<std::string> classes;
  std::vector<Sample> samples;
  std::vector<ListingReject> rejects;
  std::uint64_t ignored_hidden = 0;  ///< hidden files and folders, and folders of the system
  std::uint64_t ignored_other = 0;   ///< files without an image's extension, links not followed
  std::vector<std::string> notes;    ///< sentences for the user, such as on the order of classes
};

/// Where the samples come from, as the user said it.
struct ListingRequest {
  std::vector<std::string> inputs;          ///< folders
  std::optional<std::string> files_from;    ///< a file of paths, "-" = standard input
  bool nul_separated = false;               ///< paths in files_from end with NUL, not newline
  std::optional<std::string> labels_file;   ///< csv, tsv or jsonl with a header `path,label`
  std::optional<std::string> classes_file;  ///< one class name a line
};

/// Lists the samples. Reads no image. Throws UsageError for a request that cannot be met (no such
/// folder, an INPUT inside another, an unknown class, a class name with a newline or not UTF-8, a
/// malformed label file, no class at all) and RunError when a folder or file cannot be read.
/// Fewer than two samples is no error here; the plan says that.
[[nodiscard]] Listing make_listing(const ListingRequest& request);

/// All image files below the inputs without any question of labels (for the saliency command):
/// classes stay empty and labels 0. Same order, same rejects but for missing labels.
[[nodiscard]] Listing list_images(const std::vector<std::string>& inputs);

/// "xxh3:" and 16 hexadecimal digits over class names in order, then relative path, class index and
/// byte size of each sample in listing order.
[[nodiscard]] std::string listing_digest(const Listing& listing);

}  // namespace guidedmixup

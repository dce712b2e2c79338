// Sources by their path below a root, and the question that makes a missing one harmless or not: is
// the root itself still there? A disk that was unplugged must not turn every sample that is left
// into a reject.
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include <guidedmixup/core/interrupted.hpp>
#include <guidedmixup/core/text.hpp>
#include <guidedmixup/image_io/source_folder.hpp>

namespace guidedmixup {

SourceFolder::SourceFolder(std::string root)
    : root_(std::move(root)), identity_(identity_of(root_)) {}

// Device and inode: where a disk was mounted, the empty folder below it appears under the same
// path.
std::optional<SourceFolder::Identity> SourceFolder::identity_of(const std::string& folder) {
  struct stat status {};
  if (repeat_interrupted([&] { return ::stat(folder.c_str(), &status); }) == 0) {
    return Identity{status.st_dev, status.st_ino};
  }
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw system_error("cannot reach the input folder", folder, errno);
}

void SourceFolder::refuse_to_go_on_if_lost(const std::string& path) const {
  const char* state = nullptr;
  std::error_code error;
  const std::optional<Identity> now = identity_of(root_);
  if (!now) {
    state = "no longer exists";
  } else if (now != identity_) {
    state = "is not the same folder as before";
  } else if (std::filesystem::is_empty(root_, error) && !error) {
    state = "is empty now";
  }
  if (state == nullptr) return;
  throw RunError("cannot read '" + printable(path) + "': the input folder '" + printable(root_) +
                 "' " + state + "; check that its disk is mounted");
}

template <typename Read>
auto SourceFolder::read(const std::string& path, Read read) const {
  const std::string file = root_ + "/" + path;
  auto result = read(file);
  if (result.ok() || result.error().code != RejectCode::kMissing) return result;
  refuse_to_go_on_if_lost(path);
  // It may have been away for a moment.
  return read(file);
}

Result<Image> SourceFolder::load(const std::string& path, const LoadOptions& options,
                                 DecodeNotes* notes) const {
  return read(path, [&](const std::string& file) { return load_image(file, options, notes); });
}

Result<ImageInfo> SourceFolder::probe(const std::string& path, const DecodeLimits& limits) const {
  return read(path, [&](const std::string& file) { return probe_file(file, limits); });
}

}  // namespace guidedmixup

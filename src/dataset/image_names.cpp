// The tables of names behind image_names.hpp. They are searched in order: a comparison of 17 short
// texts is nothing beside the system call that found the name.
#include <algorithm>
#include <array>

#include <guidedmixup/core/text.hpp>
#include <guidedmixup/dataset/image_names.hpp>

namespace guidedmixup {
namespace {

template <std::size_t N>
bool is_among(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool has_image_extension(std::string_view path) {
  // The second line are names that browsers and Windows give to plain JPEG files.
  static constexpr std::array<std::string_view, 17> kExtensions = {
      "jpg", "jpeg", "png",  "webp", "tif", "tiff", "bmp", "ppm",  "pgm",
      "pbm", "pnm",  "jfif", "jpe",  "jif", "jfi",  "pjp", "pjpeg"};
  return is_among(file_extension(path), kExtensions);
}

// A wide table on purpose: a user whose folder of .heic files gives no samples is told why. An
// extension that is missing here is counted among the other files, no more.
bool is_unread_picture(std::string_view extension) {
  static constexpr std::array<std::string_view, 53> kExtensions = {
      // in use on the web and by phones
      "gif", "heic", "heif", "hif", "avif", "jxl", "svg", "svgz", "apng", "ico", "cur",
      // other rasters
      "jp2", "j2k", "jpf", "jpx", "jpm", "j2c", "jpc", "jxr", "wdp", "hdp", "tga", "dds", "dib",
      "pcx", "psd", "psb", "xcf", "exr", "hdr", "pam", "pfm", "sgi", "xbm", "xpm", "dcm", "dicom",
      // cameras
      "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "srf", "sr2", "orf", "rw2", "raf", "pef",
      "srw", "3fr", "iiq"};
  return is_among(extension, kExtensions);
}

bool is_system_folder(std::string_view name) {
  // Those of them that begin with a dot are hidden anyway.
  static constexpr std::array<std::string_view, 11> kNames = {
      "__macosx",   "lost+found", "$recycle.bin", "recycler", "system volume information",
      "@eadir",     "#recycle",   "#snapshot",    "@recycle", "@recently-snapshot",
      "__pycache__"};
  return is_among(ascii_lower(name), kNames);
}

}  // namespace guidedmixup

#include "content.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace guidedmixup::image_io {
namespace {

using namespace std::string_view_literals;

// Files whose name says that they are images, and whose content says what they are instead. It
// stands in the message of the reject, because "not an image" would not help someone who forgot
// `git lfs pull`.
struct Magic {
  std::string_view bytes;
  std::string_view kind;
};

constexpr std::array kMagics = {
    Magic{"GIF87a"sv, "a GIF image"},
    Magic{"GIF89a"sv, "a GIF image"},
    Magic{"\xFF\x0A"sv, "a JPEG XL image"},
    Magic{"\0\0\0\x0CJXL \r\n\x87\n"sv, "a JPEG XL image"},
    Magic{"\0\0\0\x0CjP  \r\n\x87\n"sv, "a JPEG 2000 image"},
    Magic{"\xFF\x4F\xFF\x51"sv, "a JPEG 2000 image"},
    Magic{"8BPS"sv, "a Photoshop document"},
    Magic{"\0\0\1\0"sv, "a Windows icon"},
    Magic{"qoif"sv, "a QOI image"},
    Magic{"P7\n"sv, "a PAM image"},
    Magic{"PF\n"sv, "a PFM image"},
    Magic{"Pf\n"sv, "a PFM image"},
    Magic{"\x76\x2F\x31\x01"sv, "an OpenEXR image"},
    Magic{"#?RADIANCE"sv, "a Radiance HDR image"},
    Magic{"DDS "sv, "a DirectDraw texture"},
    Magic{"%PDF-"sv, "a PDF document"},
    Magic{"%!PS"sv, "a PostScript document"},
    Magic{"version https://git-lfs.github.com/spec/"sv,
          "a Git LFS pointer: fetch the file itself with 'git lfs pull'"},
    Magic{"/annex/objects/"sv, "a git-annex pointer: fetch the file itself with 'git annex get'"},
    Magic{"PK\3\4"sv, "a zip archive"},
    Magic{"\x1F\x8B"sv, "a gzip archive"},
    Magic{"BZh"sv, "a bzip2 archive"},
    Magic{"\xFD"
          "7zXZ"sv,
          "an xz archive"},
    Magic{"Rar!"sv, "a RAR archive"},
    Magic{"\x1A\x45\xDF\xA3"sv, "a Matroska or WebM video"},
    Magic{"\x93NUMPY"sv, "a NumPy array"},
    Magic{"\x89HDF\r\n"sv, "an HDF5 file"},
};

// HEIC, AVIF and films share a container, whose brand stands behind its mark.
std::string_view kind_of_iso_media(Bytes bytes) {
  if (bytes.size() < 12 || !starts_with(bytes.subspan(4), "ftyp")) return {};
  const Bytes brand = bytes.subspan(8);
  for (const auto name : {"avif"sv, "avis"sv}) {
    if (starts_with(brand, name)) return "an AVIF image";
  }
  // By their beginnings: heic, heix, heim, heis, hevc, hevx.
  for (const auto name : {"hei"sv, "hev"sv, "mif1"sv, "msf1"sv}) {
    if (starts_with(brand, name)) return "an HEIC image";
  }
  return starts_with(brand, "crx ") ? "a Canon raw image"sv : "a video (MP4 or QuickTime)"sv;
}

std::string_view kind_of_riff(Bytes bytes) {
  if (!starts_with(bytes, "RIFF") || bytes.size() < 12) return {};
  return starts_with(bytes.subspan(8), "AVI ") ? "a video (AVI)" : "a RIFF file other than WebP";
}

// In small letters, without a mark of the byte order and spaces before it.
std::string beginning_of_text(Bytes bytes) {
  // An SVG drawing may begin with a comment and the type of the document.
  constexpr std::size_t kEnough = 1024;
  if (starts_with(bytes, "\xEF\xBB\xBF")) bytes = bytes.subspan(3);
  std::string text(bytes.begin(),
                   bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), kEnough)));
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// A download that failed often leaves a web page or an error in JSON under the picture's name.
std::string_view kind_of_text(Bytes bytes) {
  const std::string text = beginning_of_text(bytes);
  const bool is_markup = text.starts_with('<');
  if (is_markup && text.find("<svg") != std::string::npos) return "an SVG drawing";
  if (is_markup && text.find("<html") != std::string::npos) return "a web page (HTML)";
  if (text.starts_with("<!doctype html") || text.starts_with("<head") ||
      text.starts_with("<body") || text.starts_with("<script")) {
    return "a web page (HTML)";
  }
  if (text.starts_with("<?xml")) return "an XML document";
  if (text.starts_with('{') || text.starts_with('[')) return "JSON or similar text";
  return {};
}

}  // namespace

std::string_view kind_of_content(Bytes bytes) {
  const auto* const magic = std::find_if(
      kMagics.begin(), kMagics.end(), [&](const Magic& m) { return starts_with(bytes, m.bytes); });
  if (magic != kMagics.end()) return magic->kind;
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; })) {
    return "only zero bytes, as after a crash or a broken download";
  }
  // Then the kinds that no fixed first bytes identify.
  for (const auto kind_of : {kind_of_iso_media, kind_of_riff, kind_of_text}) {
    if (const std::string_view kind = kind_of(bytes); !kind.empty()) return kind;
  }
  return {};
}

}  // namespace guidedmixup::image_io

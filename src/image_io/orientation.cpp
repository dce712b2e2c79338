#include "orientation.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace guidedmixup::image_io {
namespace {

constexpr std::string_view kExifMark("Exif\0\0", 6);

// As Pillow looks for it: no XML is parsed.
int xmp_orientation(Bytes xmp) {
  constexpr std::string_view kName = "tiff:Orientation";
  const std::string_view text(reinterpret_cast<const char*>(xmp.data()), xmp.size());
  for (std::size_t at = text.find(kName); at != std::string_view::npos; at = text.find(kName, at)) {
    at += kName.size();
    std::string_view value = text.substr(at);
    const bool is_attribute = value.starts_with("=\"");
    if (!is_attribute && !value.starts_with('>')) continue;
    value.remove_prefix(is_attribute ? 2 : 1);
    if (value.empty() || value.front() < '0' || value.front() > '9') continue;
    return value.front() >= '1' && value.front() <= '8' ? value.front() - '0' : 1;
  }
  return 1;
}

// Where the first upright pixel lies in the stored image, and the steps to its right and lower
// neighbours, all in pixels.
struct Traversal {
  std::ptrdiff_t start;
  std::ptrdiff_t right;
  std::ptrdiff_t down;
};

// EXIF numbers its orientations by where row 0 and column 0 of the stored image are to be seen: 2
// to 4 are mirrored or turned by half, 5 to 8 also exchange rows and columns.
Traversal traversal(Size stored, int orientation) {
  const std::ptrdiff_t row = stored.width;
  const std::ptrdiff_t last_column = stored.width - 1;
  const std::ptrdiff_t last_row = row * (stored.height - 1);
  switch (orientation) {
    case 2:
      return {last_column, -1, row};
    case 3:
      return {last_row + last_column, -1, -row};
    case 4:
      return {last_row, 1, -row};
    case 5:
      return {0, row, 1};
    case 6:
      return {last_row, -row, 1};
    case 7:
      return {last_row + last_column, -row, -1};
    case 8:
      return {last_column, row, -1};
    default:
      return {0, 1, row};
  }
}

}  // namespace

int orientation_of(const TiffDirectory& directory, Bytes xmp) {
  const std::optional<int> stated = directory.orientation();
  return stated ? *stated : xmp_orientation(xmp);
}

int stored_orientation(Bytes exif, Bytes xmp) {
  // Some writers put the mark twice.
  for (int i = 0; i < 2 && starts_with(exif, kExifMark); ++i) exif = exif.subspan(kExifMark.size());
  return is_tiff(exif) ? orientation_of(TiffDirectory(exif), xmp) : xmp_orientation(xmp);
}

// A copy and not in place: half of the orientations exchange the sides.
Image turned_upright(const Image& stored, int orientation) {
  const Size size = stored.size();
  Image upright(swaps_sides(orientation) ? Size{size.height, size.width} : size);
  // One loop for all eight: the pixels of an upright row lie at equal steps in the stored image.
  const Traversal way = traversal(size, orientation);
  const std::uint8_t* pixels = stored.span().data();
  for (int y = 0; y < upright.size().height; ++y) {
    std::ptrdiff_t from = way.start + y * way.down;
    std::uint8_t* to = upright.row(y);
    for (int x = 0; x < upright.size().width; ++x, from += way.right, to += kChannels) {
      std::copy_n(pixels + from * kChannels, kChannels, to);
    }
  }
  return upright;
}

}  // namespace guidedmixup::image_io

#include "orientation.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include <libexif/exif-data.h>

namespace guidedmixup::image_io {
namespace {

constexpr std::string_view kExifMark("Exif\0\0", 6);

struct ExifDataDeleter {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};

// Where the first upright pixel lies in the stored image, and the steps to its right and lower
// neighbours, all in pixels.
struct Traversal {
  std::ptrdiff_t start;
  std::ptrdiff_t right;
  std::ptrdiff_t down;
};

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

int exif_orientation(Bytes exif) {
  ByteBuffer marked;
  if (!starts_with(exif, kExifMark)) {
    marked.reserve(kExifMark.size() + exif.size());
    marked.assign(kExifMark.begin(), kExifMark.end());
    marked.insert(marked.end(), exif.begin(), exif.end());
    exif = marked;
  }
  const std::unique_ptr<ExifData, ExifDataDeleter> data(exif_data_new());
  if (!data) throw std::bad_alloc();
  // Without this, libexif rewrites entries that break the standard instead of reporting them.
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(data.get(), exif.data(), static_cast<unsigned int>(exif.size()));

  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

Image turned_upright(const Image& stored, int orientation) {
  const Size size = stored.size();
  Image upright(swaps_sides(orientation) ? Size{size.height, size.width} : size);
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

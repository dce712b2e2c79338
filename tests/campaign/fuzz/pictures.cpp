// Pictures, and the data in them that says which way is up.
#include <algorithm>
#include <array>
#include <optional>

#include <guidedmixup/image_io/decode.hpp>
#include <guidedmixup/image_io/resize.hpp>

#include "../../../src/image_io/orientation.hpp"
#include "../../../src/image_io/png_chunks.hpp"
#include "../../../src/image_io/tiff_directory.hpp"
#include "reader.hpp"

namespace guidedmixup::fuzz {
namespace {

constexpr std::int64_t kMaxPixels = 300'000;  // large enough for a TIFF of many strips, and fast
constexpr int kMaxScans = 20;

// What is asked for is in the last byte, which few formats look at: the kept files stay pictures.
struct Choice {
  explicit Choice(Bytes input) : byte(input.empty() ? 0U : input.back()) {
    static constexpr std::array<Size, 4> kSizes{Size{0, 0}, Size{16, 16}, Size{33, 7}, Size{1, 50}};
    const Size wanted = kSizes.at(byte & 3U);
    if (wanted.width > 0) options.size = wanted;
    options.fit =
        std::array{Fit::kCover, Fit::kContain, Fit::kStretch, Fit::kCover}.at((byte >> 2U) & 3U);
    options.limits = {kMaxPixels, kMaxScans, (byte & 16U) != 0};
  }
  [[nodiscard]] bool twice() const { return (byte & 32U) != 0; }

  unsigned byte;
  LoadOptions options;
};

bool same_pixels(const Image& a, const Image& b) {
  return a.size() == b.size() && std::equal(a.span().begin(), a.span().end(), b.span().begin());
}

// From memory, as decode() promises: never smaller than asked for, nor than the picture is.
void check_decode(Bytes input, const Choice& choice, const Result<ImageInfo>& info) {
  const Result<Image> image = decode(input, choice.options.limits, choice.options.size);
  if (!image) return;
  require(info.ok(), "what decodes can be probed");
  const Size least = choice.options.size.value_or(info.value().size);
  const Size size = image.value().size();
  const Size whole = info.value().size;
  require(whole.pixels() <= kMaxPixels, "nothing beyond the limit of pixels is decoded");
  require(size.width >= std::min(least.width, whole.width) && size.width <= whole.width,
          "the decoded width is between what was asked for and the picture's own");
  require(size.height >= std::min(least.height, whole.height) && size.height <= whole.height,
          "the decoded height is between what was asked for and the picture's own");
}

}  // namespace

bool read_picture(Bytes input) {
  static const Scratch scratch;
  const Choice choice(input);
  const std::string file = scratch.put("picture", text_of(input));
  const Result<ImageInfo> info = probe(input);
  const Result<ImageInfo> file_info = probe_file(file, choice.options.limits);
  require(info.ok() == file_info.ok(), "a file and its bytes are probed alike");
  if (info) {
    require(info.value().format == file_info.value().format &&
                info.value().size == file_info.value().size,
            "a file and its bytes have one format and size");
    require(info.value().size.width > 0 && info.value().size.height > 0, "a picture has a size");
  }
  const Result<LoadCost> cost = load_cost(file, choice.options);
  DecodeNotes notes;
  const Result<Image> image = load_image(file, choice.options, &notes);
  check_decode(input, choice, info);
  if (!image) return false;
  require(info.ok() && cost.ok(), "what loads can be probed and has a cost");
  require(image.value().size() == choice.options.size.value_or(info.value().size),
          "an image has the size that was asked for, or that the header promises");
  require(notes.damage == 0 || choice.options.limits.use_damaged, "damage is refused");
  require(notes.file_bytes == input.size(), "the file's size is counted");
  if (choice.twice()) {
    const Result<Image> again = load_image(file, choice.options);
    require(again.ok() && same_pixels(image.value(), again.value()), "pixels are the same again");
  }
  return true;
}

// The data alone, without the picture around it, which the fuzzer would have to find first.
bool read_orientation(Bytes input) {
  const std::size_t half = input.size() / 2;
  const int of_exif = image_io::stored_orientation(input, {});
  const int of_xmp = image_io::stored_orientation({}, input);
  const int of_both = image_io::stored_orientation(input.first(half), input.subspan(half));
  for (const int orientation : {of_exif, of_xmp, of_both}) {
    require(orientation >= 1 && orientation <= 8, "an orientation is 1 to 8");
  }
  if (image_io::starts_with(input, image_io::kPngSignature)) {
    const image_io::PngOutline outline = image_io::png_outline(input);
    require(outline.orientation >= 1 && outline.orientation <= 8, "a PNG's orientation is 1 to 8");
    return outline.has_end;
  }
  if (!image_io::is_tiff(input)) return of_xmp != 1;
  const image_io::TiffDirectory directory(input);
  using namespace image_io::tiff_tag;
  for (const std::uint16_t tag : {kWidth, kBitsPerSample, kStripOffsets, kTileOffsets, kXmp}) {
    const auto* const entry = directory.find(tag);
    if (entry == nullptr) continue;
    require(entry->count > 0, "an entry has a value");
    static_cast<void>(directory.value(*entry, 0));
    static_cast<void>(directory.value(*entry, entry->count - 1));
    const Bytes raw = directory.raw(tag);
    require(raw.empty() || (raw.data() >= input.data() &&
                            raw.data() + raw.size() <= input.data() + input.size()),
            "the values of a tag lie within the file");
  }
  return directory.is_whole();
}

}  // namespace guidedmixup::fuzz

#include "tiff_directory.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "byte_order.hpp"

namespace guidedmixup::image_io {
namespace {

enum Type : std::uint16_t {
  kShort = 3,
  kLong = 4,
  kRational = 5,
  kSignedByte = 6,
  kSignedShort = 8,
  kSignedLong = 9,
  kSignedRational = 10,
  kFloat = 11,
  kDouble = 12,
  kIfd = 13,
  kLong8 = 16,
};

// Bytes of one value of each field type; 0 for types that do not exist.
constexpr std::array<int, 19> kTypeBytes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4,
                                            8, 4, 8, 4, 0, 0, 8, 8, 8};

}  // namespace

// Byte order (II: little-endian, MM: big-endian), then 42 for the classic format or 43 for BigTIFF.
bool is_tiff(Bytes bytes) {
  using namespace std::string_view_literals;
  return starts_with(bytes, "II*\0"sv) || starts_with(bytes, "MM\0*"sv) ||
         starts_with(bytes, "II+\0"sv) || starts_with(bytes, "MM\0+"sv);
}

TiffDirectory::TiffDirectory(Bytes bytes)
    : bytes_(bytes), swapped_(bytes[0] == 'M'), is_big_(number(2, 2) == 43), whole_(read()) {}

std::uint64_t TiffDirectory::number(std::size_t at, int count) const {
  return swapped_ ? big_endian(bytes_, at, count) : little_endian(bytes_, at, count);
}

// Classic TIFF counts in 4 bytes, BigTIFF in 8; an entry is tag, type, count, and then its values
// or their place.
bool TiffDirectory::read() {
  const std::uint64_t size = bytes_.size();
  const unsigned wide = is_big_ ? 8 : 4;
  const unsigned entry_bytes = is_big_ ? 20 : 12;
  const unsigned count_bytes = is_big_ ? 8 : 2;
  const std::size_t offset_at = is_big_ ? 8 : 4;
  if (size < offset_at + wide) return false;
  const std::uint64_t start = number(offset_at, static_cast<int>(wide));
  if (start > size || size - start < count_bytes) return false;
  const std::uint64_t first = start + count_bytes;
  const std::uint64_t stated = number(start, static_cast<int>(count_bytes));
  constexpr std::uint64_t kMostEntries = 65535;  // what a classic TIFF can state
  const std::uint64_t count = std::min({stated, (size - first) / entry_bytes, kMostEntries});
  // Behind the entries stands the place of the next directory.
  bool whole = count == stated && size - first - count * entry_bytes >= wide;
  for (std::uint64_t i = 0; i < count; ++i) {
    whole = read_entry(first + i * entry_bytes, wide) && whole;
  }
  return whole;
}

bool TiffDirectory::read_entry(std::size_t at, unsigned wide) {
  const std::uint64_t type = number(at + 2, 2);
  const int value_bytes = type < kTypeBytes.size() ? kTypeBytes[type] : 0;
  // A reader is to skip types that it does not know, says the specification.
  if (value_bytes == 0) return true;
  const std::uint64_t count = number(at + 4, static_cast<int>(wide));
  // A value takes a byte at least; and the product below cannot overflow.
  if (count > bytes_.size()) return false;
  const std::uint64_t length = count * static_cast<unsigned>(value_bytes);
  // Values that fit stand in the entry itself, others where it points.
  std::uint64_t values_at = at + 4 + wide;
  if (length > wide) values_at = number(values_at, static_cast<int>(wide));
  if (values_at > bytes_.size() || length > bytes_.size() - values_at) return false;
  entries_.push_back({static_cast<std::uint16_t>(number(at, 2)), static_cast<std::uint16_t>(type),
                      value_bytes, count, values_at});
  return true;
}

const TiffDirectory::Entry* TiffDirectory::find(std::uint16_t tag) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& e) { return e.tag == tag && e.count > 0; });
  return found == entries_.end() ? nullptr : &*found;
}

std::uint64_t TiffDirectory::value(const Entry& entry, std::uint64_t index) const {
  return number(entry.values_at + index * static_cast<unsigned>(entry.value_bytes),
                entry.value_bytes);
}

std::uint64_t TiffDirectory::first_value(std::uint16_t tag, std::uint64_t otherwise) const {
  const Entry* entry = find(tag);
  return entry == nullptr ? otherwise : value(*entry, 0);
}

void TiffDirectory::change(ByteBuffer& bytes, const Entry& entry, std::uint64_t index,
                           std::uint64_t value) const {
  const auto count = static_cast<std::size_t>(entry.value_bytes);
  const std::size_t at = entry.values_at + index * count;
  // In the byte order of the file, as it was read.
  for (std::size_t i = 0; i < count; ++i) {
    bytes[at + (swapped_ ? count - 1 - i : i)] = static_cast<std::uint8_t>(value >> (8U * i));
  }
}

Bytes TiffDirectory::raw(std::uint16_t tag) const {
  const Entry* entry = find(tag);
  if (entry == nullptr) return {};
  return bytes_.subspan(entry->values_at, entry->count * static_cast<unsigned>(entry->value_bytes));
}

std::optional<int> TiffDirectory::orientation() const {
  const Entry* entry = find(tiff_tag::kOrientation);
  if (entry == nullptr) return std::nullopt;
  // Compared as numbers, as Pillow does: 6.0 is 6, and 6.5 is none.
  const auto among_1_to_8 = [](double value) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      if (value == orientation) return orientation;
    }
    return 1;
  };
  const std::uint64_t bits = value(*entry, 0);
  switch (entry->type) {
    case kShort:
    case kLong:
    case kSignedByte:
    case kSignedShort:
    case kSignedLong:
    case kIfd:
    case kLong8:
      return among_1_to_8(static_cast<double>(bits));  // a negative number comes out as a large one
    case kFloat:
      return among_1_to_8(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case kDouble:
      return among_1_to_8(std::bit_cast<double>(bits));
    case kRational:
    case kSignedRational:
      return among_1_to_8(static_cast<double>(number(entry->values_at, 4)) /
                          static_cast<double>(number(entry->values_at + 4, 4)));
    default:
      return 1;
  }
}

}  // namespace guidedmixup::image_io

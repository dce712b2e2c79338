/// From the bytes of any format to its codec and its pixels. Private to image_io.
#pragma once

#include <optional>

#include "codec.hpp"

namespace guidedmixup::image_io {

struct OpenedHeader {
  const Codec* codec;
  Header header;
};

/// The codec of a format that is known by its first bytes, or null.
[[nodiscard]] const Codec* find_codec(Bytes bytes);

/// Finds the codec and reads the header. `bytes` may be the beginning of a file: `needs_more` then
/// tells whether the rest could change the answer.
Result<OpenedHeader> open_header(Bytes bytes);
[[nodiscard]] bool needs_more(const Result<OpenedHeader>& opened);

/// The same; an image of too many pixels is an error.
Result<OpenedHeader> within_limits(Result<OpenedHeader> opened, const DecodeLimits& limits);

[[nodiscard]] Size upright_size(const Header& header);

/// What decoding holds at its peak beside the file's bytes, and after them, in bytes.
[[nodiscard]] std::uint64_t decode_bytes(const OpenedHeader& opened, std::optional<Size> at_least);

/// The upright pixels of a whole file; `at_least` is upright, too. The caller holds the turn, since
/// the image may have to live longer than its decoding.
Result<Image> decode_opened(Bytes bytes, const OpenedHeader& opened, const DecodeLimits& limits,
                            std::optional<Size> at_least, DecodeNotes* notes);

}  // namespace guidedmixup::image_io

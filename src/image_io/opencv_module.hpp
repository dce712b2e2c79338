/// The border to `guidedmixup-opencv.so`: rare formats are decoded by OpenCV (BMP) and libtiff,
/// whose libraries take 0.12 s to load and are therefore loaded only when such a file is met.
/// Private to image_io.
#pragma once

#include <string>

#include "codec.hpp"

namespace guidedmixup::image_io {

/// What the module's one function gives back; no exception crosses the border.
struct OpenCvOutcome {
  enum class Status { kDone, kRejected };
  Status status = Status::kRejected;
  Image image;  ///< when done
  DecodeNotes notes;
  RejectCode code = RejectCode::kCorrupt;  ///< when rejected
  std::string message;                     ///< when rejected: the library's own words
};

/// The type of the module's function `guidedmixup_opencv_decode`.
using OpenCvDecode = void (*)(Bytes bytes, OpenCvOutcome& outcome);

/// 8-bit RGB as stored; of CIELab the three numbers. Throws RunError when the module cannot be
/// loaded.
Result<Image> decode_in_module(Bytes bytes, const PixelRequest& request);

}  // namespace guidedmixup::image_io

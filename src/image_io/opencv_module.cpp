#include "opencv_module.hpp"

#include <new>

#include <guidedmixup/core/module.hpp>

namespace guidedmixup::image_io {

Result<Image> decode_in_module(Bytes bytes) {
  static const auto decode_function =
      reinterpret_cast<OpenCvDecode>(load_module_function("opencv", "guidedmixup_opencv_decode"));
  OpenCvOutcome outcome;
  decode_function(bytes, outcome);
  switch (outcome.status) {
    case OpenCvOutcome::Status::kDone:
      return std::move(outcome.image);
    case OpenCvOutcome::Status::kOutOfMemory:
      throw std::bad_alloc();
    case OpenCvOutcome::Status::kRejected:
      break;
  }
  return decode_error(RejectCode::kCorrupt, outcome.message);
}

}  // namespace guidedmixup::image_io

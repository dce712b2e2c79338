#include "opencv_module.hpp"

#include <new>

#include <guidedmixup/core/module.hpp>

namespace guidedmixup::image_io {

Result<Image> decode_in_module(Bytes bytes, const PixelRequest& request) {
  static const auto decode_function =
      reinterpret_cast<OpenCvDecode>(load_module_function("opencv", "guidedmixup_opencv_decode"));
  OpenCvOutcome outcome;
  watch_allocations();
  decode_function(bytes, outcome);
  if (outcome.status != OpenCvOutcome::Status::kDone) {
    if (allocation_failed()) throw std::bad_alloc();
    return decode_error(outcome.code, outcome.message);
  }
  if (outcome.notes.damage > 0 && !request.limits.use_damaged) {
    return decode_error(RejectCode::kDamaged, outcome.message);
  }
  request.notes->warnings += outcome.notes.warnings;
  request.notes->damage += outcome.notes.damage;
  return std::move(outcome.image);
}

}  // namespace guidedmixup::image_io

#include "opencv_module.hpp"

#include <atomic>
#include <new>

#include <guidedmixup/core/module.hpp>

namespace guidedmixup::image_io {
namespace {

// Not by a static initialiser, which may throw: the thread sanitizer never wakes the threads that
// wait for one.
OpenCvDecode decode_function() {
  static std::atomic<OpenCvDecode> loaded{nullptr};
  OpenCvDecode function = loaded.load();
  if (function == nullptr) {
    function =
        reinterpret_cast<OpenCvDecode>(load_module_function("opencv", "guidedmixup_opencv_decode"));
    loaded.store(function);
  }
  return function;
}

}  // namespace

// The module reports by values, since no exception may cross its border; here they become what a
// codec of the program returns.
Result<Image> decode_in_module(Bytes bytes, const PixelRequest& request) {
  const OpenCvDecode decode = decode_function();
  OpenCvOutcome outcome;
  // Libraries report a refused allocation as they report damaged data; errno shows which it was.
  watch_allocations();
  decode(bytes, outcome);
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

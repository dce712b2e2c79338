/// The border between the program and guidedmixup-preview.so. No exception crosses it.
#pragma once

#include <string>

#include <guidedmixup/preview/contact_sheet.hpp>

namespace guidedmixup::preview {

struct DrawingOutcome {
  enum class Status { kDone, kFailed, kOutOfMemory };
  Status status = Status::kFailed;
  Image image;
  std::string message;  ///< why it failed
};

using DrawSheet = void (*)(const ContactSheet& sheet, DrawingOutcome& outcome);

}  // namespace guidedmixup::preview

/// The whole contact sheet.
#pragma once

#include <guidedmixup/preview/contact_sheet.hpp>

namespace guidedmixup::preview {

/// Throws RunError when the sheet would be larger than a canvas.
[[nodiscard]] Image draw_sheet(const ContactSheet& sheet);

}  // namespace guidedmixup::preview

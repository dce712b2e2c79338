/// The soft label of one row: a bar of two colours, and each class in words.
#pragma once

#include <guidedmixup/preview/contact_sheet.hpp>

#include "canvas.hpp"

namespace guidedmixup::preview {

/// Draws into `area`, in the middle of its height; classes that have no room are counted in a last
/// line.
void draw_label(Canvas& canvas, const SheetRow& row, const Rectangle& area);

/// "57.3%"; "100%" for all, and "<0.1%" for what is not nothing but nearly.
[[nodiscard]] std::string percent_text(double weight);

}  // namespace guidedmixup::preview

/// A contact sheet: what went into mixed images and what came out, row by row, as one picture.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// Whose class a label names.
enum class LabelOrigin { kSource, kPartner, kBoth, kOther };

/// A class of the soft label, sources of one class added up.
struct SheetLabel {
  std::string class_name;
  double weight = 0.0;
  LabelOrigin origin = LabelOrigin::kSource;
};

/// One output. All pictures of a row have one size, and the maps and the mask as many values as
/// that has pixels. Texts are UTF-8; anything else is shown with replacement characters.
struct SheetRow {
  std::string source_name;
  Image source;
  std::string partner_name;
  Image partner;  ///< empty for an output of one source
  std::optional<std::vector<float>> source_map;
  std::optional<std::vector<float>> partner_map;
  std::vector<float> mask;  ///< weight of the source at each pixel; empty when nothing was mixed
  std::string mixed_name;
  Image mixed;                     ///< the output as it was written
  double source_weight = 1.0;      ///< share of the source in the soft label
  double partner_weight = 0.0;     ///< share of the partner
  std::vector<SheetLabel> labels;  ///< heaviest first
};

/// The rows of one method. Columns that no row has anything for are left out.
struct SheetSection {
  std::string title;     ///< the method's name
  std::string subtitle;  ///< its parts and parameters
  std::vector<SheetRow> rows;
};

struct ContactSheet {
  std::string title;
  std::string subtitle;
  std::vector<SheetSection> sections;
};

/// Draws the sheet. Small images are enlarged by a whole factor, large ones reduced; each keeps its
/// shape. At least one row in all. Not safe to call from two threads at once. Throws RunError when
/// the drawing module cannot be loaded, when no font is installed, or when the sheet would be
/// larger than a picture can be.
[[nodiscard]] Image draw_contact_sheet(const ContactSheet& sheet);

}  // namespace guidedmixup

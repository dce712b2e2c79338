/// Where everything on a contact sheet stands: one grid of columns for all sections.
#pragma once

#include <vector>

#include <guidedmixup/preview/contact_sheet.hpp>

namespace guidedmixup::preview {

/// The columns of pictures, in order; the soft label follows them.
enum class Column { kSource, kPartner, kSourceMap, kPartnerMap, kMask, kMixed };

struct SectionLayout {
  int top = 0;  ///< of the section's title block
  std::vector<Column> columns;
};

struct SheetLayout {
  Size cell;             ///< of one picture as it is drawn
  int column_width = 0;  ///< at least the cell's width
  int row_height = 0;    ///< from one row to the next
  Size sheet;
  bool explains_pairs = false;  ///< the legend speaks of source and partner
  bool explains_heat = false;   ///< the legend speaks of saliency
  std::vector<SectionLayout> sections;

  /// The left edge of a column of the grid.
  [[nodiscard]] int column_x(std::size_t column) const;
  /// The top edge of the pictures of a row.
  [[nodiscard]] int row_y(const SectionLayout& section, std::size_t row) const;
};

inline constexpr int kMargin = 56;
inline constexpr int kColumnGap = 20;
inline constexpr int kLabelWidth = 320;

// Baselines, from the sheet's top or from that of the section.
inline constexpr int kTitleBaseline = kMargin + 26;
inline constexpr int kSubtitleBaseline = kTitleBaseline + 32;
inline constexpr int kLegendBaseline = kSubtitleBaseline + 34;
inline constexpr int kRule = 26;
inline constexpr int kSectionTitleBaseline = kRule + 42;
inline constexpr int kSectionSubtitleBaseline = kSectionTitleBaseline + 28;
inline constexpr int kColumnTitleBaseline = kSectionSubtitleBaseline + 38;
inline constexpr int kFirstRow = kColumnTitleBaseline + 14;
inline constexpr int kCaptionBaseline = 21;  ///< below the pictures

/// The size at which an image is drawn: a whole multiple of its own when it is small, else the
/// largest of its shape that fits the grid.
[[nodiscard]] Size drawn_size(Size image);

[[nodiscard]] SheetLayout lay_out(const ContactSheet& sheet);

}  // namespace guidedmixup::preview

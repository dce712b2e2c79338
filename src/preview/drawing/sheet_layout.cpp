// Sizes in pixels of the finished picture. Everything is computed before anything is drawn, because
// the canvas cannot grow.
#include "sheet_layout.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace guidedmixup::preview {
namespace {

// Large enough to see what was mixed. A sheet of six pictures and the label is about 1,900 wide.
constexpr int kCellWidth = 224;
constexpr int kCellHeight = 300;
constexpr int kLeastColumnWidth = 132;  // below it captions are nothing but dots
constexpr int kLeastRow = 104;          // two lines of a soft label
constexpr int kCaptionHeight = 28;
constexpr int kRowGap = 22;
constexpr int kLeastSheetWidth = 760;

bool any_row(const SheetSection& section, bool (*has)(const SheetRow&)) {
  return std::any_of(section.rows.begin(), section.rows.end(), has);
}

// What no row of a section has is left out: `none` shows the source and the output, no empty
// columns.
std::vector<Column> columns_of(const SheetSection& section) {
  std::vector<Column> columns = {Column::kSource};
  if (any_row(section, [](const SheetRow& row) { return !row.partner.empty(); })) {
    columns.push_back(Column::kPartner);
  }
  if (any_row(section, [](const SheetRow& row) { return row.source_map.has_value(); })) {
    columns.push_back(Column::kSourceMap);
  }
  if (any_row(section, [](const SheetRow& row) { return row.partner_map.has_value(); })) {
    columns.push_back(Column::kPartnerMap);
  }
  if (any_row(section, [](const SheetRow& row) { return !row.mask.empty(); })) {
    columns.push_back(Column::kMask);
  }
  columns.push_back(Column::kMixed);
  return columns;
}

bool has_column(const SheetLayout& layout, Column column) {
  return std::any_of(layout.sections.begin(), layout.sections.end(),
                     [&](const SectionLayout& section) {
                       return std::find(section.columns.begin(), section.columns.end(), column) !=
                              section.columns.end();
                     });
}

// At least 1: a panorama of 4000 x 3 still needs a row of pixels.
int shortened(int side, double scale) {
  return std::max(1, static_cast<int>(std::lround(side * scale)));
}

}  // namespace

Size drawn_size(Size image) {
  const double scale = std::min(static_cast<double>(kCellWidth) / image.width,
                                static_cast<double>(kCellHeight) / image.height);
  if (scale >= 1.0) {
    // To the nearest whole factor, so that 128 pixels do not stay as small as they are.
    const int factor = static_cast<int>(std::lround(scale));
    return {image.width * factor, image.height * factor};
  }
  return {shortened(image.width, scale), shortened(image.height, scale)};
}

int SheetLayout::column_x(std::size_t column) const {
  return kMargin + static_cast<int>(column) * (column_width + kColumnGap);
}

int SheetLayout::row_y(const SectionLayout& section, std::size_t row) const {
  return section.top + kFirstRow + static_cast<int>(row) * row_height;
}

SheetLayout lay_out(const ContactSheet& sheet) {
  SheetLayout layout;
  std::size_t most_columns = 0;
  for (const SheetSection& section : sheet.sections) {
    layout.sections.push_back({0, columns_of(section)});
    // One grid for all sections, so that the same column of two methods can be compared along a
    // line.
    most_columns = std::max(most_columns, layout.sections.back().columns.size());
    for (const SheetRow& row : section.rows) {
      const Size size = drawn_size(row.source.size());
      layout.cell.width = std::max(layout.cell.width, size.width);
      layout.cell.height = std::max(layout.cell.height, size.height);
    }
  }
  layout.column_width = std::max(layout.cell.width, kLeastColumnWidth);
  // One height for all rows of all sections: a sheet is compared along its rows and columns.
  layout.row_height = std::max(layout.cell.height, kLeastRow) + kCaptionHeight + kRowGap;
  layout.explains_pairs = has_column(layout, Column::kPartner);
  layout.explains_heat = has_column(layout, Column::kSourceMap);

  // Without pairs and maps there is no legend, and the sections begin higher.
  int y = layout.explains_pairs || layout.explains_heat ? kLegendBaseline : kSubtitleBaseline;
  for (std::size_t s = 0; s < sheet.sections.size(); ++s) {
    layout.sections[s].top = y;
    y = layout.row_y(layout.sections[s], sheet.sections[s].rows.size()) - kRowGap;
  }
  const int width = layout.column_x(most_columns) + kLabelWidth + kMargin;
  layout.sheet = {std::max(width, kLeastSheetWidth), y + kMargin};
  return layout;
}

}  // namespace guidedmixup::preview

// Draws what sheet_layout.hpp has placed, from top to bottom: title and legend, then each section
// with its columns and rows.
#include "sheet_drawing.hpp"

#include <algorithm>
#include <cstddef>

#include "canvas.hpp"
#include "label_column.hpp"
#include "palette.hpp"
#include "sheet_layout.hpp"

namespace guidedmixup::preview {
namespace {

// Only captions are shortened in the middle: a file's name says something at both ends.
constexpr TextStyle kTitle = {34.0, kInk, true, Shorten::kEnd};
constexpr TextStyle kSubtitle = {19.0, kQuietInk, false, Shorten::kEnd};
constexpr TextStyle kLegend = {16.0, kQuietInk, false, Shorten::kEnd};
constexpr TextStyle kSectionTitle = {25.0, kInk, true, Shorten::kEnd};
constexpr TextStyle kSectionSubtitle = {17.0, kQuietInk, false, Shorten::kEnd};
constexpr TextStyle kColumnTitle = {17.0, kInk, true, Shorten::kEnd};
constexpr TextStyle kCaption = {15.0, kQuietInk, false, Shorten::kMiddle};

std::string column_title(Column column, bool mixed) {
  switch (column) {
    case Column::kSource:
      return "Source";
    case Column::kPartner:
      return "Partner";
    case Column::kSourceMap:
      return "Source saliency";
    case Column::kPartnerMap:
      return "Partner saliency";
    case Column::kMask:
      return "Mask";
    case Column::kMixed:
      return mixed ? "Mixed image" : "Output";
  }
  return "";
}

// The folders of a path say little that the label does not.
std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Holds the sheet, its layout and the canvas while it draws; used once.
class SheetDrawing {
 public:
  explicit SheetDrawing(const ContactSheet& sheet)
      : sheet_(sheet), layout_(lay_out(sheet)), canvas_(allowed(layout_.sheet)) {}

  Image draw() {
    draw_head();
    for (std::size_t s = 0; s < sheet_.sections.size(); ++s) {
      draw_section(sheet_.sections[s], layout_.sections[s]);
    }
    return canvas_.image();
  }

 private:
  // Asked in the initialiser, before the canvas takes its memory. Only the height grows with the
  // rows.
  static Size allowed(Size size) {
    if (std::max(size.width, size.height) > kLargestSide) {
      throw RunError("the contact sheet would be " + std::to_string(size.height) +
                     " pixels high, more than " + std::to_string(kLargestSide) +
                     "; ask for fewer rows with --rows");
    }
    return size;
  }

  [[nodiscard]] double text_width() const { return layout_.sheet.width - 2.0 * kMargin; }

  void draw_head() {
    canvas_.text(sheet_.title, kMargin, kTitleBaseline, text_width(), kTitle);
    canvas_.text(sheet_.subtitle, kMargin, kSubtitleBaseline, text_width(), kSubtitle);
    double x = kMargin;
    if (layout_.explains_pairs) {
      x = draw_legend_swatch(x, kSourceColour, "source");
      x = draw_legend_swatch(x, kPartnerColour, "partner, in masks and labels");
    }
    if (layout_.explains_heat) draw_legend_heat(x);
  }

  double draw_legend_swatch(double x, const Colour& colour, const std::string& words) {
    canvas_.fill({x, kLegendBaseline - 12.0, 14.0, 14.0}, colour);
    const double end = draw_legend_words(x + 22.0, words);
    return end + 24.0;
  }

  double draw_legend_words(double x, const std::string& words) {
    const double room = std::max(1.0, layout_.sheet.width - kMargin - x);
    return x + canvas_.text(words, x, kLegendBaseline, room, kLegend);
  }

  void draw_legend_heat(double x) {
    // Pixels wide: as many colours as can be told apart there.
    constexpr int kSteps = 120;
    for (int i = 0; i < kSteps; ++i) {
      canvas_.fill({x + i, kLegendBaseline - 12.0, 1.0, 14.0},
                   heat_colour(static_cast<float>(i) / (kSteps - 1)));
    }
    draw_legend_words(x + kSteps + 8.0, "saliency, each map from 0 to its maximum");
  }

  void draw_section(const SheetSection& section, const SectionLayout& place) {
    const double top = place.top;
    canvas_.fill({kMargin, top + kRule, text_width(), 1.0}, kHairline);
    canvas_.text(section.title, kMargin, top + kSectionTitleBaseline, text_width(), kSectionTitle);
    canvas_.text(section.subtitle, kMargin, top + kSectionSubtitleBaseline, text_width(),
                 kSectionSubtitle);
    // With two columns, source and output, nothing was mixed.
    const bool mixed = place.columns.size() > 2;
    for (std::size_t c = 0; c < place.columns.size(); ++c) {
      canvas_.text(column_title(place.columns[c], mixed), layout_.column_x(c),
                   top + kColumnTitleBaseline, layout_.column_width, kColumnTitle);
    }
    canvas_.text("Soft label", layout_.column_x(place.columns.size()), top + kColumnTitleBaseline,
                 kLabelWidth, kColumnTitle);
    for (std::size_t r = 0; r < section.rows.size(); ++r) {
      draw_row(section.rows[r], place, layout_.row_y(place, r));
    }
  }

  void draw_row(const SheetRow& row, const SectionLayout& place, int y) {
    for (std::size_t c = 0; c < place.columns.size(); ++c) {
      draw_cell(row, place.columns[c], layout_.column_x(c), y);
    }
    const Rectangle area = {static_cast<double>(layout_.column_x(place.columns.size())),
                            static_cast<double>(y), kLabelWidth,
                            static_cast<double>(layout_.cell.height)};
    draw_label(canvas_, row, area);
  }

  void draw_cell(const SheetRow& row, Column column, int x, int y) {
    const Size size = row.source.size();
    switch (column) {
      case Column::kSource:
        return draw_picture(row.source, row.source_name, x, y);
      case Column::kPartner:
        return draw_picture(row.partner, row.partner_name, x, y);
      case Column::kSourceMap:
        if (row.source_map)
          draw_picture(heat_overlay(row.source.view(), *row.source_map), "", x, y);
        return;
      case Column::kPartnerMap:
        if (row.partner_map) {
          draw_picture(heat_overlay(row.partner.view(), *row.partner_map), "", x, y);
        }
        return;
      case Column::kMask:
        if (!row.mask.empty()) draw_picture(mask_picture(row.mask, size), "", x, y);
        return;
      case Column::kMixed:
        return draw_picture(row.mixed, row.mixed_name, x, y);
    }
  }

  void draw_picture(const Image& image, const std::string& caption, int x, int y) {
    if (image.empty()) return;
    const Size drawn = drawn_size(image.size());
    canvas_.frame({static_cast<double>(x), static_cast<double>(y), static_cast<double>(drawn.width),
                   static_cast<double>(drawn.height)},
                  kHairline);
    canvas_.picture(image.view(), x, y, drawn);
    canvas_.text(base_name(caption), x, y + drawn.height + kCaptionBaseline, layout_.column_width,
                 kCaption);
  }

  const ContactSheet& sheet_;
  SheetLayout layout_;
  Canvas canvas_;
};

}  // namespace

Image draw_sheet(const ContactSheet& sheet) { return SheetDrawing(sheet).draw(); }

}  // namespace guidedmixup::preview

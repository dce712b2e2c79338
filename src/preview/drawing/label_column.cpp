// Distances in pixels. Weights that are no shares (a method whose weights do not sum to 1) are
// clamped for the bar; the words show them as they are.
#include "label_column.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "palette.hpp"

namespace guidedmixup::preview {
namespace {

constexpr double kBarHeight = 14.0;
constexpr double kLineHeight = 32.0;
constexpr double kFirstBaseline = kBarHeight + 32.0;
constexpr double kSwatch = 14.0;
constexpr double kPercentWidth = 84.0;

constexpr TextStyle kName = {20.0, kInk};
constexpr TextStyle kPercent = {20.0, kInk, true};
constexpr TextStyle kMore = {16.0, kQuietInk};

double share(double weight) { return std::clamp(weight, 0.0, 1.0); }

void draw_bar(Canvas& canvas, const SheetRow& row, const Rectangle& area) {
  const double source = std::round(area.width * share(row.source_weight));
  // Rounded as a sum, not each by itself, so that bars that fill the width end at the same pixel.
  const double both =
      std::round(area.width * share(share(row.source_weight) + share(row.partner_weight)));
  canvas.fill({area.x, area.y, area.width, kBarHeight}, kHairline);
  canvas.fill({area.x, area.y, source, kBarHeight}, kSourceColour);
  canvas.fill({area.x + source, area.y, both - source, kBarHeight}, kPartnerColour);
}

void draw_swatch(Canvas& canvas, LabelOrigin origin, double x, double y) {
  const Rectangle area = {x, y, kSwatch, kSwatch};
  switch (origin) {
    case LabelOrigin::kSource:
      return canvas.fill(area, kSourceColour);
    case LabelOrigin::kPartner:
      return canvas.fill(area, kPartnerColour);
    case LabelOrigin::kBoth:
      canvas.fill({x, y, kSwatch / 2.0, kSwatch}, kSourceColour);
      return canvas.fill({x + kSwatch / 2.0, y, kSwatch / 2.0, kSwatch}, kPartnerColour);
    case LabelOrigin::kOther:
      return canvas.fill(area, kQuietInk);
  }
}

}  // namespace

std::string percent_text(double weight) {
  // Exactly 1, so that 0.9999 does not pass for an unmixed image.
  if (weight == 1.0) return "100%";
  if (weight > 0.0 && weight < 0.0005) return "<0.1%";
  // By to_chars: no locale may turn the point into a comma.
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), 100.0 * weight,
                                 std::chars_format::fixed, 1);
  return std::string(buffer.data(), end.ptr) + "%";
}

void draw_label(Canvas& canvas, const SheetRow& row, const Rectangle& area) {
  // At least two lines, since two classes are the rule. If not all fit, the last line counts the
  // rest.
  const auto room = static_cast<std::size_t>((area.height - kFirstBaseline + 20.0) / kLineHeight);
  const std::size_t lines = std::min(std::max<std::size_t>(room, 2), row.labels.size());
  const std::size_t shown = lines < row.labels.size() ? lines - 1 : lines;
  const double height = kFirstBaseline + static_cast<double>(lines) * kLineHeight - 24.0;
  const double top = std::round(area.y + std::max(0.0, (area.height - height) / 2.0));
  draw_bar(canvas, row, {area.x, top, area.width, kBarHeight});
  double baseline = top + kFirstBaseline;
  const double name_x = area.x + kSwatch + 12.0;
  for (std::size_t i = 0; i < shown; ++i, baseline += kLineHeight) {
    const SheetLabel& label = row.labels[i];
    draw_swatch(canvas, label.origin, area.x, baseline - kSwatch);
    canvas.text(label.class_name, name_x, baseline,
                area.x + area.width - kPercentWidth - 12.0 - name_x, kName);
    canvas.text(percent_text(label.weight), area.x + area.width - kPercentWidth, baseline,
                kPercentWidth, kPercent, Align::kRight);
  }
  if (shown < row.labels.size()) {
    canvas.text("and " + std::to_string(row.labels.size() - shown) + " more", name_x, baseline,
                area.width - kSwatch - 12.0, kMore);
  }
}

}  // namespace guidedmixup::preview

// Cairo draws, Pango sets the words, Fontconfig finds the fonts. Cairo keeps its first error in the
// context and ignores the calls after it, so one check at the end is enough.
#include "canvas.hpp"

#include <cmath>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#include <guidedmixup/core/text.hpp>

namespace guidedmixup::preview {
namespace {

// The first of these that is installed; each shows figures and Latin letters well at small sizes.
constexpr const char* kFamilies = "Inter, Noto Sans, Open Sans, DejaVu Sans, sans-serif";

// One deleter for all objects of these C libraries, each with its own function to release it.
template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const {
    release(object);
  }
};
using SurfacePointer = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using ContextPointer = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using FontMapPointer = std::unique_ptr<PangoFontMap, Release<g_object_unref>>;
using TextContextPointer = std::unique_ptr<PangoContext, Release<g_object_unref>>;
using LayoutPointer = std::unique_ptr<PangoLayout, Release<g_object_unref>>;
using FontPointer = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;
using OptionsPointer = std::unique_ptr<cairo_font_options_t, Release<cairo_font_options_destroy>>;

void check(cairo_status_t status) {
  if (status == CAIRO_STATUS_NO_MEMORY) throw std::bad_alloc();
  if (status != CAIRO_STATUS_SUCCESS) {
    throw RunError(std::string("drawing the contact sheet failed: ") +
                   cairo_status_to_string(status));
  }
}

SurfacePointer make_surface(Size size) {
  SurfacePointer surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, size.width, size.height));
  check(cairo_surface_status(surface.get()));
  return surface;
}

// Cairo keeps a pixel as a 32-bit number, 0xXXRRGGBB in the machine's byte order.
SurfacePointer surface_of(ImageView image) {
  SurfacePointer surface = make_surface(image.size);
  unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < image.size.height; ++y) {
    const std::uint8_t* from = image.row(y);
    unsigned char* to = data + static_cast<std::ptrdiff_t>(y) * stride;
    for (int x = 0; x < image.size.width; ++x, from += kChannels, to += sizeof(std::uint32_t)) {
      const std::uint32_t pixel =
          std::uint32_t{from[0]} << 16U | std::uint32_t{from[1]} << 8U | std::uint32_t{from[2]};
      std::memcpy(to, &pixel, sizeof pixel);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

// Cairo's channels go from 0 to 1.
void set_colour(cairo_t* context, const Colour& colour) {
  cairo_set_source_rgb(context, colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0);
}

// Pango counts in 1,024ths of a pixel.
double pixels(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

// In pixels, for the font that the layout has at the moment.
double natural_width(PangoLayout* layout, const std::string& words) {
  // -1: no limit, so that the text is measured as long as it is.
  pango_layout_set_width(layout, -1);
  pango_layout_set_text(layout, words.data(), static_cast<int>(words.size()));
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return pixels(logical.width);
}

// The byte offsets between what a reader takes for letters, from 0 to the end. A cut elsewhere
// would take a letter's accent away or tear an emoji apart.
std::vector<std::size_t> letter_bounds(PangoLayout* layout, const std::string& words) {
  pango_layout_set_text(layout, words.data(), static_cast<int>(words.size()));
  int count = 0;
  const PangoLogAttr* attributes = pango_layout_get_log_attrs_readonly(layout, &count);
  std::vector<std::size_t> bounds;
  const char* place = words.c_str();
  for (int i = 0; i < count; ++i) {
    if (attributes[i].is_cursor_position != 0U) bounds.push_back(place - words.c_str());
    if (i + 1 < count) place = g_utf8_next_char(place);
  }
  return bounds;
}

// Controls and what breaks lines are shown escaped. Joiners and marks of direction stay, other than
// in messages: scripts and emoji are drawn wrong without them.
std::string drawable(std::string_view words) {
  std::string shown;
  while (!words.empty()) {
    const gunichar code =
        g_utf8_get_char_validated(words.data(), static_cast<gssize>(words.size()));
    const bool is_letter = g_unichar_validate(code) != FALSE;  // else malformed
    const auto length = is_letter ? static_cast<std::size_t>(g_unichar_to_utf8(code, nullptr)) : 1;
    const std::string_view letter = words.substr(0, length);
    words.remove_prefix(length);
    const bool breaks = g_unichar_iscntrl(code) != FALSE || code == 0x2028 || code == 0x2029;
    shown += is_letter && !breaks ? std::string(letter) : printable(letter);
  }
  return shown;
}

// The longest "begin...end" that fits. Pango's own middle ellipsis leaves a gap behind its dots.
std::string shorten_in_middle(PangoLayout* layout, const std::string& words, double width) {
  if (natural_width(layout, words) <= width) return words;
  const std::vector<std::size_t> bounds = letter_bounds(layout, words);
  const auto keeping = [&](std::size_t letters) {
    // An odd letter goes to the beginning, which tells more of a name.
    const std::size_t head = bounds[(letters + 1) / 2];
    const std::size_t tail = bounds[bounds.size() - 1 - letters / 2];
    return words.substr(0, head) + "\u2026" + words.substr(tail);
  };
  // By halves: each try lays out the whole text.
  std::size_t fits = 0;
  std::size_t too_many = bounds.size() - 1;
  while (fits + 1 < too_many) {
    const std::size_t letters = fits + (too_many - fits) / 2;
    (natural_width(layout, keeping(letters)) <= width ? fits : too_many) = letters;
  }
  return keeping(fits);
}

}  // namespace

void require_fonts() {
  const FcFontSet* fonts =
      FcInit() == FcTrue ? FcConfigGetFonts(FcConfigGetCurrent(), FcSetSystem) : nullptr;
  if (fonts == nullptr || fonts->nfont == 0) {
    throw RunError(
        "the contact sheet needs a font, but none is installed; install one, for example the "
        "package "
        "fonts-dejavu-core");
  }
}

// In this order: the last is released first, the layout before its fonts, the context before its
// pixels.
struct Canvas::Surface {
  SurfacePointer pixels;
  ContextPointer context;
  FontMapPointer fonts;
  LayoutPointer layout;
};

Canvas::Canvas(Size size) : surface_(std::make_unique<Surface>()) {
  surface_->pixels = make_surface(size);
  surface_->context.reset(cairo_create(surface_->pixels.get()));
  cairo_t* context = surface_->context.get();
  check(cairo_status(context));
  // Grey edges: coloured ones would look odd on any screen but one.
  const OptionsPointer options(cairo_font_options_create());
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_SLIGHT);
  // Letters keep their exact widths instead of whole pixels.
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  // A font map of its own: the default one keeps its fonts until the thread ends.
  surface_->fonts.reset(pango_cairo_font_map_new());
  const TextContextPointer text_context(pango_font_map_create_context(surface_->fonts.get()));
  pango_cairo_context_set_font_options(text_context.get(), options.get());
  surface_->layout.reset(pango_layout_new(text_context.get()));
  // A name with a newline stays on its line.
  pango_layout_set_single_paragraph_mode(surface_->layout.get(), TRUE);
  // Otherwise "left" means right for a name in Arabic or Hebrew, and its extension comes first.
  pango_context_set_base_dir(text_context.get(), PANGO_DIRECTION_LTR);
  pango_layout_set_auto_dir(surface_->layout.get(), FALSE);
  cairo_set_source_rgb(context, 1.0, 1.0, 1.0);
  cairo_paint(context);
}

Canvas::~Canvas() = default;

void Canvas::fill(const Rectangle& area, const Colour& colour) {
  cairo_t* context = surface_->context.get();
  set_colour(context, colour);
  cairo_rectangle(context, area.x, area.y, area.width, area.height);
  cairo_fill(context);
}

void Canvas::fill_rounded(const Rectangle& area, double radius, const Colour& colour) {
  constexpr double kQuarter = 1.57079632679489662;
  cairo_t* context = surface_->context.get();
  const double right = area.x + area.width - radius;
  const double bottom = area.y + area.height - radius;
  set_colour(context, colour);
  // Otherwise a line would lead here from the end of the last path.
  cairo_new_sub_path(context);
  cairo_arc(context, right, area.y + radius, radius, -kQuarter, 0.0);
  cairo_arc(context, right, bottom, radius, 0.0, kQuarter);
  cairo_arc(context, area.x + radius, bottom, radius, kQuarter, 2.0 * kQuarter);
  cairo_arc(context, area.x + radius, area.y + radius, radius, 2.0 * kQuarter, 3.0 * kQuarter);
  cairo_close_path(context);
  cairo_fill(context);
}

void Canvas::frame(const Rectangle& area, const Colour& colour) {
  cairo_t* context = surface_->context.get();
  set_colour(context, colour);
  cairo_set_line_width(context, 1.0);
  // Half a pixel outside: a line of one pixel then fills a row of pixels instead of half of two.
  cairo_rectangle(context, area.x - 0.5, area.y - 0.5, area.width + 1.0, area.height + 1.0);
  cairo_stroke(context);
}

void Canvas::picture(ImageView image, int x, int y, Size drawn) {
  const SurfacePointer pixels = surface_of(image);
  cairo_t* context = surface_->context.get();
  cairo_save(context);
  cairo_rectangle(context, x, y, drawn.width, drawn.height);
  cairo_clip(context);
  cairo_translate(context, x, y);
  cairo_scale(context, static_cast<double>(drawn.width) / image.size.width,
              static_cast<double>(drawn.height) / image.size.height);
  cairo_set_source_surface(context, pixels.get(), 0.0, 0.0);
  cairo_pattern_t* pattern = cairo_get_source(context);
  const bool shrinks = drawn.width < image.size.width || drawn.height < image.size.height;
  // Enlarged pixels should be seen as what they are: a preview that blurs them would hide the
  // mixing's edges.
  cairo_pattern_set_filter(pattern, shrinks ? CAIRO_FILTER_BEST : CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);  // no fading into the paper at the edges
  cairo_paint(context);
  cairo_restore(context);
}

double Canvas::text(const std::string& words, double x, double baseline, double width,
                    const TextStyle& style, Align align) {
  PangoLayout* layout = surface_->layout.get();
  const FontPointer font(pango_font_description_from_string(kFamilies));
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(),
                                    style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font.get());
  std::string shown = drawable(words);
  if (style.shorten == Shorten::kMiddle) shown = shorten_in_middle(layout, shown, width);
  pango_layout_set_text(layout, shown.data(), static_cast<int>(shown.size()));
  // For texts that lose their end, and as a safeguard for the others.
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width(layout, static_cast<int>(std::ceil(width * PANGO_SCALE)));
  pango_layout_set_alignment(layout, align == Align::kLeft ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT);
  cairo_t* context = surface_->context.get();
  set_colour(context, style.colour);
  // Pango draws from the top left, but lines of different sizes should stand on one baseline.
  cairo_move_to(context, x, baseline - pixels(pango_layout_get_baseline(layout)));
  pango_cairo_show_layout(context, layout);
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return pixels(logical.width);
}

// The one check of Cairo's state: an error in any call before it ends here, and no half-drawn sheet
// is written.
Image Canvas::image() const {
  check(cairo_status(surface_->context.get()));
  cairo_surface_t* pixels = surface_->pixels.get();
  // Drawing may still be pending; the bytes are valid after this.
  cairo_surface_flush(pixels);
  Image image({cairo_image_surface_get_width(pixels), cairo_image_surface_get_height(pixels)});
  const unsigned char* data = cairo_image_surface_get_data(pixels);
  const int stride = cairo_image_surface_get_stride(pixels);
  for (int y = 0; y < image.size().height; ++y) {
    const unsigned char* from = data + static_cast<std::ptrdiff_t>(y) * stride;
    std::uint8_t* to = image.row(y);
    for (int x = 0; x < image.size().width; ++x, from += sizeof(std::uint32_t), to += kChannels) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, from, sizeof pixel);
      to[0] = static_cast<std::uint8_t>(pixel >> 16U);
      to[1] = static_cast<std::uint8_t>(pixel >> 8U);
      to[2] = static_cast<std::uint8_t>(pixel);
    }
  }
  return image;
}

}  // namespace guidedmixup::preview

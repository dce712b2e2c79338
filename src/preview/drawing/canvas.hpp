/// Rectangles, pictures and lines of text on a white sheet: all that is known here of Cairo and
/// Pango.
#pragma once

#include <memory>
#include <string>

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/preview/map_pictures.hpp>

namespace guidedmixup::preview {

/// In pixels.
struct Rectangle {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};

enum class Align { kLeft, kRight };
/// Where a text that is too long loses its letters.
enum class Shorten { kMiddle, kEnd };

struct TextStyle {
  double size = 16.0;  ///< of the font, in pixels
  Colour colour = {0, 0, 0};
  bool bold = false;
  Shorten shorten = Shorten::kMiddle;
};

/// The largest side that a canvas may have.
inline constexpr int kLargestSide = 32'767;

/// Throws RunError when no font is installed: words would come out as boxes.
void require_fonts();

class Canvas {
 public:
  /// Sides from 1 to kLargestSide.
  explicit Canvas(Size size);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void fill(const Rectangle& area, const Colour& colour);
  /// Fills only what lies in a rectangle with round ends.
  void fill_rounded(const Rectangle& area, double radius, const Colour& colour);
  /// A hairline right outside of `area`.
  void frame(const Rectangle& area, const Colour& colour);
  /// Scales `image` to `drawn`: by pixel blocks when it grows, smoothly when it shrinks.
  void picture(ImageView image, int x, int y, Size drawn);
  /// One line of text on `baseline` within x ... x + width. Returns the width that it took.
  double text(const std::string& words, double x, double baseline, double width,
              const TextStyle& style, Align align = Align::kLeft);

  /// What was drawn. Throws RunError when the library reports a failure.
  [[nodiscard]] Image image() const;

 private:
  struct Surface;
  std::unique_ptr<Surface> surface_;
};

}  // namespace guidedmixup::preview

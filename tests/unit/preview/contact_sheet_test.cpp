#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <guidedmixup/preview/contact_sheet.hpp>
#include <guidedmixup/preview/map_pictures.hpp>

#include "support/files.hpp"

using namespace guidedmixup;

namespace {

constexpr Colour kSource = {10, 200, 30};
constexpr Colour kPartner = {200, 10, 220};
constexpr Colour kMixed = {90, 90, 10};
constexpr Colour kPaper = {255, 255, 255};

// Half open, like a mixing box.
struct Area {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  [[nodiscard]] int width() const { return right - left; }
  [[nodiscard]] int height() const { return bottom - top; }
  [[nodiscard]] bool empty() const { return right <= left; }
};

Colour pixel(const Image& image, int x, int y) {
  const std::uint8_t* p = image.row(y) + 3 * x;
  return {p[0], p[1], p[2]};
}

Area whole(const Image& image) { return {0, 0, image.size().width, image.size().height}; }

// The smallest area within `where` that holds every pixel that `wanted` accepts.
template <typename Wanted>
Area bounds(const Image& image, const Area& where, const Wanted& wanted) {
  Area found{where.right, where.bottom, where.left, where.top};
  for (int y = where.top; y < where.bottom; ++y) {
    for (int x = where.left; x < where.right; ++x) {
      if (!wanted(pixel(image, x, y))) continue;
      found = {std::min(found.left, x), std::min(found.top, y), std::max(found.right, x + 1),
               std::max(found.bottom, y + 1)};
    }
  }
  return found;
}

Area bounds_of(const Image& image, const Colour& colour, const Area& where) {
  return bounds(image, where, [&](const Colour& c) { return c == colour; });
}

Area bounds_of(const Image& image, const Colour& colour) {
  return bounds_of(image, colour, whole(image));
}

Image flat(Size size, const Colour& colour) {
  Image image(size);
  for (std::size_t i = 0; i < image.span().size(); ++i) image.span()[i] = colour[i % 3];
  return image;
}

// Mask: the left half is the source's.
SheetRow make_row(Size size, bool maps = true) {
  const auto pixels = static_cast<std::size_t>(size.pixels());
  SheetRow row;
  row.source_name = "cat/a.jpg";
  row.source = flat(size, kSource);
  row.partner_name = "dog/b.jpg";
  row.partner = flat(size, kPartner);
  if (maps) {
    row.source_map = std::vector<float>(pixels, 1.0F / static_cast<float>(pixels));
    row.partner_map = row.source_map;
  }
  row.mask.resize(pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const bool left =
        i % static_cast<std::size_t>(size.width) < static_cast<std::size_t>(size.width) / 2;
    row.mask[i] = left ? 1.0F : 0.0F;
  }
  row.mixed_name = "images/00000/000000000.jpg";
  row.mixed = flat(size, kMixed);
  row.source_weight = 0.75;
  row.partner_weight = 0.25;
  row.labels = {{"cat", 0.75, LabelOrigin::kSource}, {"dog", 0.25, LabelOrigin::kPartner}};
  return row;
}

ContactSheet sheet_of(std::vector<SheetRow> rows) {
  return {"photos", "seed 0", {{"guided-sr", "saliency spectral-residual", std::move(rows)}}};
}

// Right of the mixed image of the first row, as far as that image reaches down.
Area label_area(const Image& sheet) {
  const Area mixed = bounds_of(sheet, kMixed);
  return {mixed.right + 2, mixed.top - 4, sheet.size().width, mixed.bottom + 4};
}

}  // namespace

TEST_CASE("each picture of a row stands whole, in one line with the others") {
  const Image sheet = draw_contact_sheet(sheet_of({make_row({224, 224})}));
  CHECK(sheet.size().width >= 1600);
  CHECK(sheet.size().width <= 2000);
  const Area source = bounds_of(sheet, kSource);
  const Area partner = bounds_of(sheet, kPartner);
  const Area mixed = bounds_of(sheet, kMixed);
  for (const Area& area : {source, partner, mixed}) {
    CHECK(area.width() == 224);
    CHECK(area.height() == 224);
    CHECK(area.top == source.top);
  }
  CHECK(partner.left > source.right);
  // Three more columns of equal width stand between partner and mixed image.
  const int step = partner.left - source.left;
  CHECK(mixed.left == source.left + 5 * step);
  CHECK(pixel(sheet, source.left + 112, source.top + 112) == kSource);
  // The flat map is everywhere at its maximum.
  const Colour heat = pixel(sheet, source.left + 2 * step + 112, source.top + 112);
  CHECK(heat != kPaper);
  CHECK(heat[0] > heat[2]);
}

TEST_CASE("the mask shows the source's colour where it is 1 and the partner's where it is 0") {
  const Image sheet = draw_contact_sheet(sheet_of({make_row({224, 224})}));
  const Area source = bounds_of(sheet, kSource);
  const int step = bounds_of(sheet, kPartner).left - source.left;
  const int left = source.left + 4 * step;
  for (const int y : {source.top, source.top + 111, source.bottom - 1}) {
    CHECK(pixel(sheet, left, y) == kSourceColour);
    CHECK(pixel(sheet, left + 111, y) == kSourceColour);
    CHECK(pixel(sheet, left + 112, y) == kPartnerColour);
    CHECK(pixel(sheet, left + 223, y) == kPartnerColour);
  }
}

TEST_CASE("the bar of the label is divided as the label is") {
  for (const double weight : {0.75, 0.1, 1.0, 0.0}) {
    CAPTURE(weight);
    SheetRow row = make_row({224, 224});
    row.source_weight = weight;
    row.partner_weight = 1.0 - weight;
    row.labels = {};
    const Image sheet = draw_contact_sheet(sheet_of({row}));
    const Area label = label_area(sheet);
    const Area source = bounds_of(sheet, kSourceColour, label);
    const Area partner = bounds_of(sheet, kPartnerColour, label);
    const int source_width = source.empty() ? 0 : source.width();
    const int partner_width = partner.empty() ? 0 : partner.width();
    CHECK(source_width + partner_width == 320);
    CHECK(source_width == doctest::Approx(320 * weight));
  }
}

TEST_CASE("weights that do not sum to 1 leave or fill the bar") {
  SheetRow row = make_row({224, 224});
  row.labels = {};
  row.source_weight = 0.5;
  row.partner_weight = 0.25;
  Image sheet = draw_contact_sheet(sheet_of({row}));
  CHECK(bounds_of(sheet, kPartnerColour, label_area(sheet)).width() == 80);
  row.source_weight = 0.8;
  row.partner_weight = 0.8;
  sheet = draw_contact_sheet(sheet_of({row}));
  CHECK(bounds_of(sheet, kSourceColour, label_area(sheet)).width() == 256);
  CHECK(bounds_of(sheet, kPartnerColour, label_area(sheet)).width() == 64);
}

TEST_CASE("pictures keep their shape") {
  const auto shown = [](Size size) {
    const Image sheet = draw_contact_sheet(sheet_of({make_row(size)}));
    const Area source = bounds_of(sheet, kSource);
    const Area mixed = bounds_of(sheet, kMixed);
    CHECK(mixed.width() == source.width());
    CHECK(mixed.height() == source.height());
    CHECK(mixed.bottom < sheet.size().height);
    CHECK(mixed.right < sheet.size().width);
    return Size{source.width(), source.height()};
  };
  CHECK(shown({448, 448}) == Size{224, 224});
  CHECK(shown({160, 240}) == Size{160, 240});
  CHECK(shown({640, 320}) == Size{224, 112});
  CHECK(shown({600, 1200}) == Size{150, 300});
  CHECK(shown({128, 128}) == Size{256, 256});
  CHECK(shown({1, 1}) == Size{224, 224});
  CHECK(shown({2000, 2}) == Size{224, 1});
  CHECK(shown({3, 900}) == Size{1, 300});
}

TEST_CASE("small images are enlarged by whole blocks of pixels") {
  SheetRow row = make_row({32, 32});
  row.source = Image({32, 32});
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      const bool odd = (x + y) % 2 == 1;
      const Colour& colour = odd ? kSource : kPartner;
      std::copy(colour.begin(), colour.end(), row.source.row(y) + 3 * x);
    }
  }
  row.partner = flat({32, 32}, kMixed);
  const Image sheet = draw_contact_sheet(sheet_of({row}));
  const Area board = bounds_of(sheet, kSource);
  REQUIRE(board.width() == 224);
  REQUIRE(board.height() == 224);
  std::set<Colour> colours;
  int wrong = 0;
  for (int y = 0; y < 224; ++y) {
    for (int x = 0; x < 224; ++x) {
      const Colour expected = (x / 7 + y / 7) % 2 == 1 ? kSource : kPartner;
      if (pixel(sheet, board.left + x, board.top + y) != expected) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("each row adds as much") {
  const auto height = [](std::size_t rows) {
    return draw_contact_sheet(sheet_of(std::vector<SheetRow>(rows, make_row({64, 64}))))
        .size()
        .height;
  };
  const int one = height(1);
  const int two = height(2);
  CHECK(two - one > 256);
  CHECK(height(12) == one + 11 * (two - one));
}

TEST_CASE("long names stay in their columns") {
  SheetRow row = make_row({64, 64});
  const std::string name(3000, 'M');
  const std::string words = "\xE9\xBE\x8D\xE9\xBE\x8D\xE9\xBE\x8D " + name;
  row.source_name = "x/" + name;
  row.partner_name = "x/" + name;
  row.mixed_name = name;
  row.labels = {{words, 0.75, LabelOrigin::kSource}, {name, 0.25, LabelOrigin::kPartner}};
  ContactSheet sheet = sheet_of({row});
  const Size usual = draw_contact_sheet(sheet_of({make_row({64, 64})})).size();
  sheet.title = sheet.subtitle = sheet.sections[0].title = sheet.sections[0].subtitle = name;
  const Image drawn = draw_contact_sheet(sheet);
  CHECK(drawn.size() == usual);
  const auto ink = [](const Colour& c) { return c != kPaper; };
  const Area all = bounds(drawn, whole(drawn), ink);
  CHECK(all.left >= 50);
  CHECK(all.right <= drawn.size().width - 50);
  // The gap between the first two columns, from the captions down to the sheet's end.
  const Area source = bounds_of(drawn, kSource);
  const Area partner = bounds_of(drawn, kPartner);
  const Area gap = {source.right + 2, source.bottom + 2, partner.left - 2, drawn.size().height};
  CHECK(bounds(drawn, gap, ink).empty());
}

TEST_CASE("names of any script and of any bytes can be drawn") {
  for (const std::string name :
       {"\xE7\x8C\xAB", "\xD7\x97\xD7\xAA\xD7\x95\xD7\x9C", "\xF0\x9F\x90\x88", "Fl\xC3\xB6te",
        "bad \xFF bytes", "two\nlines", "<b>&amp;", ""}) {
    CAPTURE(name);
    SheetRow row = make_row({64, 64});
    row.source_name = name;
    row.labels[0].class_name = name;
    const Image sheet = draw_contact_sheet(sheet_of({row}));
    const Area label = label_area(sheet);
    const Area words = bounds(sheet, label, [](const Colour& c) { return c[0] < 0x40; });
    CHECK_FALSE(words.empty());
  }
}

TEST_CASE("a right-to-left name begins at the left edge of its column") {
  SheetRow row = make_row({64, 64});
  row.source_name = "\xD7\x97\xD7\xAA\xD7\x95\xD7\x9C";
  const Image sheet = draw_contact_sheet(sheet_of({row}));
  const Area source = bounds_of(sheet, kSource);
  const Area caption =
      bounds(sheet, {source.left, source.bottom + 2, source.right, sheet.size().height},
             [](const Colour& c) { return c != kPaper; });
  REQUIRE_FALSE(caption.empty());
  CHECK(caption.left < source.left + 8);
}

TEST_CASE("columns that nothing stands in are left out") {
  const int all = draw_contact_sheet(sheet_of({make_row({224, 224})})).size().width;
  const Image no_maps = draw_contact_sheet(sheet_of({make_row({224, 224}, false)}));
  const Area source = bounds_of(no_maps, kSource);
  const int step = bounds_of(no_maps, kPartner).left - source.left;
  CHECK(no_maps.size().width == all - 2 * step);
  CHECK(bounds_of(no_maps, kMixed).left == source.left + 3 * step);

  SheetRow alone = make_row({224, 224}, false);
  alone.partner = Image();
  alone.mask.clear();
  alone.labels = {{"cat", 1.0, LabelOrigin::kSource}};
  const Image copy = draw_contact_sheet(sheet_of({alone}));
  CHECK(bounds_of(copy, kPartner).empty());
  CHECK(bounds_of(copy, kMixed).left == bounds_of(copy, kSource).left + step);
}

TEST_CASE("sections of several methods share one grid") {
  ContactSheet sheet = sheet_of({make_row({96, 96})});
  sheet.sections.push_back({"cutmix", "pairing random", {make_row({96, 96}, false)}});
  const Image drawn = draw_contact_sheet(sheet);
  const Area sources = bounds_of(drawn, kSource);
  CHECK(sources.width() == 192);  // both begin and end at one column
  CHECK(sources.height() > 2 * 192);
  const Area lower = {0, sources.bottom - 192, drawn.size().width, sources.bottom};
  CHECK(bounds_of(drawn, kMixed, lower).right < bounds_of(drawn, kMixed).right);
}

TEST_CASE("classes that have no room are counted") {
  SheetRow row = make_row({224, 112});
  row.labels.clear();
  for (int i = 0; i < 40; ++i) {
    row.labels.push_back({"class", 1.0 / 40.0, LabelOrigin::kOther});
  }
  const Image sheet = draw_contact_sheet(sheet_of({row, make_row({224, 112})}));
  CHECK(sheet.size() ==
        draw_contact_sheet(sheet_of({make_row({224, 112}), make_row({224, 112})})).size());
}

TEST_CASE("a sheet that no picture can hold is refused") {
  const std::vector<SheetRow> rows(200, make_row({8, 8}));
  CHECK_THROWS_WITH_AS(static_cast<void>(draw_contact_sheet(sheet_of(rows))),
                       doctest::Contains("--rows"), RunError);
}

TEST_CASE("equal sheets are drawn equally") {
  const Image one = draw_contact_sheet(sheet_of({make_row({64, 64})}));
  const Image two = draw_contact_sheet(sheet_of({make_row({64, 64})}));
  CHECK(std::equal(one.span().begin(), one.span().end(), two.span().begin(), two.span().end()));
}

namespace {

struct ChildResult {
  int status;
  std::string errors;
};

// Runs one test case of this program in a process of its own: fonts are looked for only once.
ChildResult run_child(const std::string& test_case, const std::string& font_configuration,
                      const test::TemporaryFolder& folder) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string errors = folder.path().string() + "/errors";
  const std::string command = "FONTCONFIG_FILE='" + font_configuration + "' '" + program +
                              "' --no-skip --test-case='" + test_case + "' >/dev/null 2>'" +
                              errors + "'";
  const int status = std::system(command.c_str());
  return {WEXITSTATUS(status), test::read_text(errors)};
}

}  // namespace

TEST_CASE("child: no font" * doctest::skip()) {
  CHECK_THROWS_WITH_AS(static_cast<void>(draw_contact_sheet(sheet_of({make_row({8, 8})}))),
                       doctest::Contains("needs a font"), RunError);
}

TEST_CASE("without any font the reason is told, and nothing but that") {
  const test::TemporaryFolder folder;
  const std::string none = folder.write("fonts.conf", "<?xml version=\"1.0\"?><fontconfig/>");
  const ChildResult child = run_child("child: no font", none, folder);
  CHECK(child.status == 0);
  CHECK(child.errors == "");
}

TEST_CASE("complaints of the font libraries never reach the terminal") {
  const test::TemporaryFolder folder;
  const std::string broken = folder.write("broken.conf", "<fontconfig><oops>");
  for (const std::string& configuration : {broken, folder.path().string() + "/absent.conf"}) {
    CAPTURE(configuration);
    CHECK(run_child("each row adds as much", configuration, folder).errors == "");
  }
}

#include <algorithm>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include <guidedmixup/mixing/recipe.hpp>

#include "support/fixture.hpp"

using namespace guidedmixup;

namespace {

class Images {
 public:
  explicit Images(std::vector<Image> images) : images_(std::move(images)) {}

  [[nodiscard]] RecipeImages inputs() const {
    return {.image = [this](int k) { return images_[k].view(); }, .map = {}};
  }
  [[nodiscard]] Size size() const { return images_.front().size(); }
  [[nodiscard]] int value(int image, int y, int x) const { return images_[image].row(y)[3 * x]; }

 private:
  std::vector<Image> images_;
};

Images noise(int count, Size size) {
  std::vector<Image> images;
  for (int k = 0; k < count; ++k) {
    images.push_back(test::noise_image(size, static_cast<std::uint32_t>(k)));
  }
  return Images(std::move(images));
}

// An image whose pixel (y, x) has the value first + width y + x in all channels.
Image counting(Size size, int first = 0) {
  Image image(size);
  for (int i = 0; i < static_cast<int>(size.pixels()); ++i) {
    std::fill_n(image.row(0) + 3 * i, 3, static_cast<std::uint8_t>(first + i));
  }
  return image;
}

int red(const MixedImage& mixed, int y, int x) { return mixed.pixels.row(y)[3 * x]; }

std::vector<float> weights_of(const MixedImage& mixed) {
  std::vector<float> weights;
  for (const SourceWeight& source : mixed.sources) weights.push_back(source.weight);
  return weights;
}

SharedValues mask_of(Size size, const std::function<float(int, int)>& value) {
  FloatBuffer values;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) values.push_back(value(y, x));
  }
  return std::make_shared<const FloatBuffer>(std::move(values));
}

}  // namespace

TEST_CASE("a box with shares of its own inside and outside") {
  const Images images = noise(2, {9, 6});
  const Box box{.row1 = 1, .column1 = 2, .row2 = 4, .column2 = 9};
  const Recipe recipe{.sources = {0, 1},
                      .share = BoxShare{.box = box, .inside = 0.25F, .outside = 0.5F}};
  const MixedImage mixed = execute(recipe, images.inputs());
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 9; ++x) {
      const float own = y >= 1 && y < 4 && x >= 2 ? 0.25F : 0.5F;
      const auto a = static_cast<std::uint8_t>(images.value(0, y, x));
      const auto b = static_cast<std::uint8_t>(images.value(1, y, x));
      REQUIRE(red(mixed, y, x) == blend(own, a, b));
    }
  }
  // 21 of 54 pixels lie in the box.
  CHECK(mixed.sources[0].weight == doctest::Approx(0.5 - 0.25 * 21 / 54));
  CHECK(mixed.sources[0].weight + mixed.sources[1].weight == 1.0F);
}

TEST_CASE("a mask of any width: its pixels, and the label as its mean") {
  for (const int width : {1, 3, 8, 17, 40}) {
    CAPTURE(width);
    const Size size{width, 5};
    const Images images = noise(2, size);
    const auto value = [](int y, int x) { return static_cast<float>((3 * y + x) % 11) / 10.0F; };
    const MaskShare share{mask_of(size, value)};
    const Recipe recipe{.sources = {1, 0}, .share = share};
    const MixedImage mixed = execute(recipe, images.inputs());
    double sum = 0;
    for (int y = 0; y < 5; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto own = static_cast<std::uint8_t>(images.value(1, y, x));
        const auto other = static_cast<std::uint8_t>(images.value(0, y, x));
        REQUIRE(red(mixed, y, x) == blend(value(y, x), own, other));
        sum += static_cast<double>(value(y, x));
      }
    }
    CHECK(mixed.sources[0].image == 1);
    CHECK(mixed.sources[0].weight == doctest::Approx(sum / (5.0 * width)).epsilon(1e-6));
    CHECK(std::ranges::equal(own_share(recipe, images.inputs(), size), *share.own));
  }
}

TEST_CASE("cells are as equal as whole pixels allow, and labels are their areas") {
  // 5 rows in two are 0..1 and 2..4, 7 columns in two are 0..2 and 3..6.
  const Size size{7, 5};
  const Images images = noise(4, size);
  std::vector<float> of_sources(16, 0.0F);
  for (const int cell : {0, 1, 2, 3}) of_sources[cell * 4 + cell] = 1.0F;
  const Recipe recipe{.sources = {0, 1, 2, 3},
                      .share = CellShare{.rows = 2, .columns = 2, .of_sources = of_sources}};
  const MixedImage mixed = execute(recipe, images.inputs());
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 7; ++x) {
      const int cell = (y < 2 ? 0 : 2) + (x < 3 ? 0 : 1);
      REQUIRE(red(mixed, y, x) == images.value(cell, y, x));
    }
  }
  const auto weights = weights_of(mixed);
  CHECK(weights[0] == doctest::Approx(6.0 / 35));
  CHECK(weights[1] == doctest::Approx(8.0 / 35));
  CHECK(weights[2] == doctest::Approx(9.0 / 35));
  CHECK(weights[3] == doctest::Approx(12.0 / 35));
  const auto mask = own_share(recipe, images.inputs(), size);
  CHECK(std::accumulate(mask.begin(), mask.end(), 0.0F) == 6.0F);
}

TEST_CASE("a cell can be of several sources, and a source may have none") {
  const Images images({test::constant_image({2, 1}, 10), test::constant_image({2, 1}, 21),
                       test::constant_image({2, 1}, 200)});
  const Recipe recipe{
      .sources = {1, 0, 2},
      .share =
          CellShare{.rows = 1, .columns = 2, .of_sources = {0.0F, 0.5F, 0.5F, 0.25F, 0.25F, 0.5F}}};
  const MixedImage mixed = execute(recipe, images.inputs());
  CHECK(red(mixed, 0, 0) == 105);
  CHECK(red(mixed, 0, 1) == 108);  // 107.75
  CHECK(weights_of(mixed) == std::vector<float>{0.125F, 0.375F, 0.5F});
}

TEST_CASE("blocks stand at other places, and an empty place has the fill colour") {
  const Size size{4, 4};
  const Images images({counting(size), counting(size, 100)});
  // The first source: its block 3 at place 0, nothing at place 1, the rest as it was.
  const Recipe recipe{.sources = {0, 1},
                      .moved = {{.rows = 2, .columns = 2, .from = {3, -1, 2, 3}},
                                {.rows = 1, .columns = 1, .from = {0}}},
                      .share = BoxShare{.box = {.row1 = 2, .row2 = 4, .column2 = 4}},
                      .fill = {7, 8, 9}};
  const MixedImage mixed = execute(recipe, images.inputs());
  CHECK(red(mixed, 0, 0) == 10);
  CHECK(red(mixed, 1, 1) == 15);
  CHECK(red(mixed, 0, 2) == 7);
  CHECK(mixed.pixels.row(1)[3 * 3 + 2] == 9);
  CHECK(red(mixed, 2, 0) == 108);
  CHECK(weights_of(mixed) == std::vector<float>{0.5F, 0.5F});
}

TEST_CASE("a rectangle is resized into another, corners on corners") {
  // The worked values of SnapMix: rows 1..3, columns 1..2 of 0..15 into 2 x 3.
  const Size size{4, 4};
  const Images images({Image(size), counting(size)});
  const Patch patch{.source = 1,
                    .from = {.row1 = 1, .column1 = 1, .row2 = 4, .column2 = 3},
                    .to = {.row1 = 0, .column1 = 1, .row2 = 2, .column2 = 4}};
  const Recipe recipe{.sources = {0, 1}, .patches = {patch}, .weights = {0.625F, 1.0F}};
  const MixedImage mixed = execute(recipe, images.inputs());
  // 5, 5.5, 6 and 13, 13.5, 14; halves to the even neighbour.
  const std::vector<int> expected{0, 5, 6, 6, 0, 13, 14, 14, 0, 0, 0, 0, 0, 0, 0, 0};
  for (int i = 0; i < 16; ++i) CHECK(red(mixed, i / 4, i % 4) == expected[i]);
  CHECK(weights_of(mixed) == std::vector<float>{0.625F, 1.0F});
  const auto mask = own_share(recipe, images.inputs(), size);
  CHECK(std::accumulate(mask.begin(), mask.end(), 0.0F) == 10.0F);
}

TEST_CASE("a rectangle of one size is copied; one row or one pixel is repeated or picked") {
  const Size size{4, 4};
  const Images images({Image(size), counting(size)});
  const auto paste = [&](Box from, Box to) {
    return execute({.sources = {0, 1},
                    .patches = {{.source = 1, .from = from, .to = to}},
                    .weights = {0.5F, 0.5F}},
                   images.inputs());
  };
  const MixedImage copied = paste({.row1 = 2, .column1 = 1, .row2 = 4, .column2 = 3},
                                  {.row1 = 0, .column1 = 2, .row2 = 2, .column2 = 4});
  CHECK(red(copied, 0, 2) == 9);
  CHECK(red(copied, 1, 3) == 14);
  const MixedImage row = paste({.row1 = 1, .column1 = 0, .row2 = 2, .column2 = 3},
                               {.row1 = 0, .column1 = 0, .row2 = 2, .column2 = 2});
  CHECK(red(row, 0, 0) == 4);
  CHECK(red(row, 0, 1) == 6);
  CHECK(red(row, 1, 1) == 6);
  const MixedImage pixel = paste({.row1 = 1, .column1 = 0, .row2 = 3, .column2 = 3},
                                 {.row1 = 3, .column1 = 3, .row2 = 4, .column2 = 4});
  CHECK(red(pixel, 3, 3) == 4);
}

TEST_CASE("holes lie over all else, and one source alone keeps its label") {
  const Size size{5, 4};
  const Images images = noise(1, size);
  const Recipe recipe{.sources = {0},
                      .holes = {{.row1 = 0, .column1 = 3, .row2 = 2, .column2 = 5},
                                {.row1 = 1, .column1 = 2, .row2 = 2, .column2 = 4}},
                      .fill = {129, 124, 112}};
  const MixedImage mixed = execute(recipe, images.inputs());
  const auto mask = own_share(recipe, images.inputs(), size);
  int erased = 0;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x) {
      const bool hole = (y < 2 && x >= 3) || (y == 1 && x >= 2 && x < 4);
      erased += hole ? 1 : 0;
      CHECK(red(mixed, y, x) == (hole ? 129 : images.value(0, y, x)));
      CHECK(mask[5 * y + x] == (hole ? 0.0F : 1.0F));
    }
  }
  CHECK(erased == 5);
  CHECK(weights_of(mixed) == std::vector<float>{1.0F});
}

TEST_CASE("a label alone has no pixels") {
  const Images images = noise(2, {3, 3});
  const MixedImage mixed = execute(
      {.sources = {1, 0}, .share = NoPixels{}, .weights = {0.7F, 0.3F}, .draws = {{"layer", 2}}},
      images.inputs());
  CHECK(mixed.pixels.empty());
  CHECK(mixed.sources[0].image == 1);
  CHECK(weights_of(mixed) == std::vector<float>{0.7F, 0.3F});
  CHECK(mixed.draws == std::vector<Draw>{{"layer", 2}});
}

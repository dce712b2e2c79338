// Pixels from a recipe, for one output: plain functions, without threads.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include <guidedmixup/core/error.hpp>
#include <guidedmixup/mixing/recipe.hpp>

#include "blend_rows.hpp"
#include "cells.hpp"

namespace guidedmixup {
namespace {

// The sources of a recipe as they are mixed: with their blocks moved.
class Sources {
 public:
  Sources(const Recipe& recipe, const RecipeImages& images) {
    for (const int image : recipe.sources) views_.push_back(images.image(image));
    if (recipe.moved.empty()) return;
    GUIDEDMIXUP_CHECK(recipe.moved.size(), ==, recipe.sources.size());
    moved_.reserve(views_.size());  // views point into it
    for (std::size_t s = 0; s < views_.size(); ++s) {
      moved_.push_back(move_blocks(views_[s], recipe.moved[s], recipe.fill));
      views_[s] = moved_.back().view();
    }
  }

  [[nodiscard]] ImageView operator[](std::size_t source) const { return views_[source]; }
  [[nodiscard]] std::size_t count() const { return views_.size(); }

 private:
  static Image move_blocks(ImageView image, const MovedBlocks& moved,
                           const std::array<std::uint8_t, 3>& colour);

  std::vector<Image> moved_;
  std::vector<ImageView> views_;
};

void fill(const Box& box, const std::array<std::uint8_t, 3>& colour, Image& out) {
  for (int y = box.row1; y < box.row2; ++y) {
    std::uint8_t* pixel = out.row(y) + kChannels * box.column1;
    for (int x = box.column1; x < box.column2; ++x, pixel += kChannels) {
      std::copy(colour.begin(), colour.end(), pixel);
    }
  }
}

// If so, its rows are contiguous, and one call blends all of them.
bool is_whole_width(const Box& box, ImageView image) {
  return box.column1 == 0 && box.column2 == image.size.width;
}

// Copies a box of `from` to where (row, column) is its upper left corner.
void copy_box(ImageView from, const Box& box, int row, int column, Image& out) {
  const auto bytes = std::size_t{kChannels} * static_cast<std::size_t>(box.column2 - box.column1);
  for (int y = box.row1; y < box.row2; ++y) {
    std::memcpy(out.row(row + y - box.row1) + kChannels * column,
                from.row(y) + kChannels * box.column1, bytes);
  }
}

Image Sources::move_blocks(ImageView image, const MovedBlocks& moved,
                           const std::array<std::uint8_t, 3>& colour) {
  const Size size = image.size;
  GUIDEDMIXUP_CHECK(size.height % moved.rows, ==, 0);
  GUIDEDMIXUP_CHECK(size.width % moved.columns, ==, 0);
  Image out = Image::uninitialized(size);
  for (int place = 0; place < moved.rows * moved.columns; ++place) {
    const Box to = cell_box(moved.rows, moved.columns, place, size);
    if (moved.from[place] < 0) {
      fill(to, colour, out);
    } else {
      const Box from = cell_box(moved.rows, moved.columns, moved.from[place], size);
      copy_box(image, from, to.row1, to.column1, out);
    }
  }
  return out;
}

// Both sources with one share in a box. A share of 0 or 1 is a copy.
void blend_box(float own, ImageView source, ImageView target, const Box& box, Image& out) {
  if (own == 1.0F) return copy_box(source, box, box.row1, box.column1, out);
  if (own == 0.0F) return copy_box(target, box, box.row1, box.column1, out);
  const auto bytes = std::size_t{kChannels} * static_cast<std::size_t>(box.column2 - box.column1);
  const int first = kChannels * box.column1;
  const auto blend_rows = [&](int row, int rows) {
    blend_values(own, source.row(row) + first, target.row(row) + first,
                 bytes * static_cast<std::size_t>(rows), out.row(row) + first);
  };
  if (is_whole_width(box, source)) return blend_rows(box.row1, box.row2 - box.row1);
  for (int y = box.row1; y < box.row2; ++y) blend_rows(y, 1);
}

Box whole(Size size) { return {.row2 = size.height, .column2 = size.width}; }

// Any number of sources, each with its share in a box: the sum, rounded to nearest.
void sum_box(std::span<const float> shares, const Sources& sources, const Box& box, Image& out) {
  for (int y = box.row1; y < box.row2; ++y) {
    for (int x = kChannels * box.column1; x < kChannels * box.column2; ++x) {
      float sum = 0.0F;
      for (std::size_t s = 0; s < shares.size(); ++s) {
        sum += shares[s] * static_cast<float>(sources[s].row(y)[x]);
      }
      out.row(y)[x] = static_cast<std::uint8_t>(std::clamp(std::nearbyint(sum), 0.0F, 255.0F));
    }
  }
}

// Most cells have one source or two, for which there are a copy and vectors.
void mix_cell(std::span<const float> shares, const Sources& sources, const Box& box, Image& out) {
  std::vector<std::size_t> used;
  for (std::size_t s = 0; s < shares.size(); ++s) {
    if (shares[s] != 0.0F) used.push_back(s);
  }
  if (used.size() > 2) return sum_box(shares, sources, box, out);
  GUIDEDMIXUP_CHECK(used.empty(), ==, false);
  blend_box(shares[used.front()], sources[used.front()], sources[used.back()], box, out);
}

// Forms maps, mask and pixels row by row in one pass, so that no full map is ever in memory.
// Returns the sum of the mask.
double mix_by_maps(const SaliencyMap& source_map, const SaliencyMap& target_map, ImageView source,
                   ImageView target, Image& out) {
  if (source_map.geometry().is_identity()) {
    // The maps are stored at full size: one row as long as the image.
    const auto row = [](const SaliencyMap& map) {
      return MapRow{map.grid_values().data(), map.grid_values().data()};
    };
    return mix_guided_row(row(source_map), row(target_map), source.pixels, target.pixels,
                          static_cast<std::size_t>(source.size.pixels()), out.row(0));
  }
  SaliencyRows source_rows(source_map);
  SaliencyRows target_rows(target_map);
  double sum = 0.0;
  for (int y = 0; y < source.size.height; ++y) {
    sum += mix_guided_row(source_rows.row(y), target_rows.row(y), source.row(y), target.row(y),
                          static_cast<std::size_t>(source.size.width), out.row(y));
  }
  return sum;
}

// Writes the shares' pixels; returns the mean of the own share where only the pixels tell it.
struct ShareMixer {
  const Recipe& recipe;
  const RecipeImages& images;
  const Sources& sources;
  Image& out;

  std::optional<double> operator()(const ConstantShare& share) const {
    blend_box(share.own, sources[0], sources[1], whole(out.size()), out);
    return std::nullopt;
  }
  // The box is written twice: a copy costs less than going around it.
  std::optional<double> operator()(const BoxShare& share) const {
    blend_box(share.outside, sources[0], sources[1], whole(out.size()), out);
    blend_box(share.inside, sources[0], sources[1], share.box, out);
    return std::nullopt;
  }
  std::optional<double> operator()(const MaskShare& share) const {
    const auto pixels = static_cast<std::size_t>(out.size().pixels());
    GUIDEDMIXUP_CHECK(share.own->size(), ==, pixels);
    return mix_masked_row(share.own->data(), sources[0].pixels, sources[1].pixels, pixels,
                          out.row(0)) /
           static_cast<double>(pixels);
  }
  std::optional<double> operator()(const MapShare& /*share*/) const {
    return mix_by_maps(images.map(recipe.sources[0]), images.map(recipe.sources[1]), sources[0],
                       sources[1], out) /
           static_cast<double>(out.size().pixels());
  }
  std::optional<double> operator()(const CellShare& cells) const {
    const std::span<const float> shares = cells.of_sources;
    for_each_cell(cells, out.size(), [&](int cell, const Box& box) {
      mix_cell(shares.subspan(cell * sources.count(), sources.count()), sources, box, out);
    });
    return std::nullopt;
  }
  std::optional<double> operator()(const NoPixels& /*share*/) const { return std::nullopt; }
};

// Where position o of `out` lies on an axis of `in` source positions from `begin` on: between two
// of them, corners on corners.
struct Neighbours {
  int first;
  int second;
  float weight;  // of the second
};
Neighbours neighbours_of(int begin, int in, int out, int o) {
  const double u = out > 1 ? static_cast<double>(o) * (in - 1) / (out - 1) : 0.0;
  const int whole_steps = static_cast<int>(u);
  return {.first = begin + whole_steps,
          .second = begin + std::min(whole_steps + 1, in - 1),
          .weight = static_cast<float>(u - whole_steps)};
}

// Plain loops: a patch is small beside the image that it lies on.
void paste(ImageView source, const Patch& patch, Image& out) {
  const Box& from = patch.from;
  const Box& to = patch.to;
  const int in_height = from.row2 - from.row1;
  const int in_width = from.column2 - from.column1;
  const int height = to.row2 - to.row1;
  const int width = to.column2 - to.column1;
  if (in_height == height && in_width == width) {
    return copy_box(source, from, to.row1, to.column1, out);
  }
  for (int y = 0; y < height; ++y) {
    const Neighbours row = neighbours_of(from.row1, in_height, height, y);
    for (int x = 0; x < width; ++x) {
      const Neighbours column = neighbours_of(from.column1, in_width, width, x);
      std::uint8_t* pixel = out.row(to.row1 + y) + kChannels * (to.column1 + x);
      for (int c = 0; c < kChannels; ++c) {
        const auto value_in_row = [&](int source_row) {
          const std::uint8_t* values = source.row(source_row) + c;
          return (1.0F - column.weight) * static_cast<float>(values[kChannels * column.first]) +
                 column.weight * static_cast<float>(values[kChannels * column.second]);
        };
        const float value =
            (1.0F - row.weight) * value_in_row(row.first) + row.weight * value_in_row(row.second);
        pixel[c] = static_cast<std::uint8_t>(std::nearbyint(value));
      }
    }
  }
}

}  // namespace

MixedImage execute(const Recipe& recipe, const RecipeImages& images) {
  MixedImage mixed;
  mixed.draws = recipe.draws;
  std::vector<float> weights;
  if (std::holds_alternative<NoPixels>(recipe.share)) {
    weights = recipe.weights;
  } else {
    const Sources sources(recipe, images);
    mixed.pixels = Image::uninitialized(sources[0].size);
    std::optional<double> own;
    if (sources.count() == 1) {
      copy_box(sources[0], whole(sources[0].size), 0, 0, mixed.pixels);
    } else {
      own = std::visit(ShareMixer{recipe, images, sources, mixed.pixels}, recipe.share);
    }
    for (const Patch& patch : recipe.patches) paste(sources[patch.source], patch, mixed.pixels);
    for (const Box& hole : recipe.holes) fill(hole, recipe.fill, mixed.pixels);
    weights = known_weights(recipe, mixed.pixels.size());
    // Only making the pixels of a map or a mask tells its mean.
    if (weights.empty()) weights = two_weights(*own);
  }
  GUIDEDMIXUP_CHECK(weights.size(), ==, recipe.sources.size());
  for (std::size_t s = 0; s < weights.size(); ++s) {
    mixed.sources.push_back({.image = recipe.sources[s], .weight = weights[s]});
  }
  return mixed;
}

}  // namespace guidedmixup

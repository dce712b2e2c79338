// A map is kept on the grid where it was computed, scaled so that its full size sums to 1, and
// spread only row by row where it is used: a full map of a 512 x 512 image would take a megabyte.
#include <algorithm>
#include <utility>

#include <guidedmixup/core/saliency_map.hpp>

#include "map_loops.hpp"

namespace guidedmixup {
namespace {

// The sum over a resampled axis is a weighted sum over the axis before: each value counts by the
// weights with which it was taken.
std::vector<double> tap_mass(const BilinearAxis& axis) {
  std::vector<double> mass(axis.in, 0.0);
  for (int o = 0; o < axis.out; ++o) {
    mass[axis.first[o]] += 1.0 - static_cast<double>(axis.weight[o]);
    mass[axis.second[o]] += static_cast<double>(axis.weight[o]);
  }
  return mass;
}

}  // namespace

MapGeometry::MapGeometry(Size grid_size, Size full_size)
    : grid(grid_size),
      full(full_size),
      rows(grid_size.height, full_size.height),
      columns(grid_size.width, full_size.width),
      row_mass(tap_mass(rows)),
      column_mass(tap_mass(columns)) {}

SaliencyMap::SaliencyMap(std::shared_ptr<const MapGeometry> geometry, std::span<const float> raw)
    : geometry_(std::move(geometry)) {
  const MapGeometry& g = *geometry_;
  GUIDEDMIXUP_CHECK(static_cast<std::int64_t>(raw.size()), ==, g.grid.pixels());
  // The sum over the full map without forming it: each grid value counts with its two masses.
  double sum = 0.0;
  for (int y = 0; y < g.grid.height; ++y) {
    const float* row = raw.data() + static_cast<std::size_t>(y) * g.grid.width;
    sum += g.row_mass[y] * weighted_sum(g.column_mass.data(), row, g.column_mass.size());
  }
  const auto values = std::make_shared<FloatBuffer>(raw.size());
  if (sum > 0.0) {
    scale_values(raw.data(), raw.size(), 1.0 / sum, values->data());
  } else {
    std::fill(values->begin(), values->end(),
              static_cast<float>(1.0 / static_cast<double>(g.full.pixels())));
  }
  values_ = values;
}

SaliencyMap SaliencyMap::of_normal_values(std::shared_ptr<const MapGeometry> geometry,
                                          SharedValues values) {
  GUIDEDMIXUP_CHECK(static_cast<std::int64_t>(values->size()), ==, geometry->grid.pixels());
  SaliencyMap map;
  map.geometry_ = std::move(geometry);
  map.values_ = std::move(values);
  return map;
}

std::vector<float> SaliencyMap::full_values() const {
  const Size full = geometry_->full;
  std::vector<float> values(static_cast<std::size_t>(full.pixels()));
  SaliencyRows rows(*this);
  for (int y = 0; y < full.height; ++y) {
    rows.copy_row(y, values.data() + static_cast<std::size_t>(y) * full.width);
  }
  return values;
}

// Where the columns need no spreading, grid rows are read where they lie.
SaliencyRows::SaliencyRows(const SaliencyMap& map) : map_(map) {
  if (map.geometry().columns.is_identity()) return;
  for (FloatBuffer& row : spread_) row.resize(map.geometry().full.width);
}

const float* SaliencyRows::spread(int grid_row) {
  const MapGeometry& g = map_.geometry();
  const float* in = map_.grid_values().data() + static_cast<std::size_t>(grid_row) * g.grid.width;
  if (g.columns.is_identity()) return in;
  // Two neighbours are needed at a time, and they differ in parity.
  const int place = grid_row % 2;
  if (spread_row_[place] != grid_row) {
    g.columns.apply(in, spread_[place].data());
    spread_row_[place] = grid_row;
  }
  return spread_[place].data();
}

MapRow SaliencyRows::row(int y) {
  // At the lower border both are the last row, with any weight.
  const BilinearAxis& rows = map_.geometry().rows;
  return {spread(rows.first[y]), spread(rows.second[y]), rows.weight[y]};
}

void SaliencyRows::copy_row(int y, float* out) {
  const MapRow between = row(y);
  for (int x = 0; x < map_.geometry().full.width; ++x) {
    out[x] = interpolate(between.upper[x], between.lower[x], between.weight);
  }
}

}  // namespace guidedmixup

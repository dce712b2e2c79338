/// The saliency map of one image.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/core/buffer.hpp>
#include <guidedmixup/core/image.hpp>

namespace guidedmixup {

/// How a map that was computed on a grid is spread over the image: bilinear, both axes. Shared by
/// all maps of a run; immutable, so safe to read from any thread.
struct MapGeometry {
  MapGeometry(Size grid_size, Size full_size);

  Size grid;
  Size full;
  BilinearAxis rows;
  BilinearAxis columns;
  /// How much each grid row (column) contributes to the sum over the full rows (columns).
  std::vector<double> row_mass;
  std::vector<double> column_mass;

  [[nodiscard]] bool is_identity() const { return grid == full; }
};

/// A saliency map: float32, non-negative, and its sum over the full size is 1. Kept on the grid on
/// which it was computed; the full map is a linear function of it and is formed row by row where it
/// is needed (`SaliencyRows`). Copies are cheap: they share their values, which never change.
class SaliencyMap {
 public:
  SaliencyMap() = default;
  /// Takes raw values on the grid, row by row, non-negative, and scales them to sum 1 over the full
  /// size. All zero gives the uniform map (the released code divides by zero there).
  SaliencyMap(std::shared_ptr<const MapGeometry> geometry, std::span<const float> raw);

  /// A map that has sum 1 already.
  [[nodiscard]] static SaliencyMap of_normal_values(std::shared_ptr<const MapGeometry> geometry,
                                                    SharedValues values);

  [[nodiscard]] const MapGeometry& geometry() const { return *geometry_; }
  /// grid.height x grid.width values.
  [[nodiscard]] std::span<const float> grid_values() const { return *values_; }
  [[nodiscard]] SharedValues shared_grid_values() const { return values_; }
  /// The full map, row by row: for tests, files and pictures; mixing uses `SaliencyRows`.
  [[nodiscard]] std::vector<float> full_values() const;

 private:
  std::shared_ptr<const MapGeometry> geometry_;
  SharedValues values_;
};

/// One row of a full map before its last step: between two grid rows that are already spread over
/// the columns. Value x is (1 - weight) * upper[x] + weight * lower[x].
struct MapRow {
  const float* upper = nullptr;
  const float* lower = nullptr;
  float weight = 0.0F;
};

/// Reads a map row by row at full size, top to bottom. Each grid row is spread over the columns
/// once, when it is first needed, and the step between rows is left to the reader, who can fuse it
/// with what it does. Holds scratch memory: one for each thread.
class SaliencyRows {
 public:
  explicit SaliencyRows(const SaliencyMap& map);
  /// Row y of the full map; the pointers to full.width values are valid until the next call.
  [[nodiscard]] MapRow row(int y);
  /// The same row, formed.
  void copy_row(int y, float* out);

 private:
  const float* spread(int grid_row);

  const SaliencyMap& map_;
  FloatBuffer spread_[2];  // of grid rows of even and of odd number
  int spread_row_[2] = {-1, -1};
};

}  // namespace guidedmixup

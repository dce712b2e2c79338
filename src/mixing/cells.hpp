/// The cells of a grid over an image.
#pragma once

#include <guidedmixup/core/image.hpp>
#include <guidedmixup/mixing/recipe.hpp>

namespace guidedmixup {

/// The box of a cell of a grid with `rows` x `columns` cells, as equal as whole pixels allow; empty
/// where there are more cells than pixels. Where the grid divides the image, all are equal.
[[nodiscard]] inline Box cell_box(int rows, int columns, int cell, Size size) {
  const int row = cell / columns;
  const int column = cell % columns;
  return {.row1 = row * size.height / rows,
          .column1 = column * size.width / columns,
          .row2 = (row + 1) * size.height / rows,
          .column2 = (column + 1) * size.width / columns};
}

/// Calls `use(cell, box)` for each cell, row by row.
template <typename Use>
void for_each_cell(const CellShare& cells, Size size, const Use& use) {
  for (int cell = 0; cell < cells.rows * cells.columns; ++cell) {
    use(cell, cell_box(cells.rows, cells.columns, cell, size));
  }
}

}  // namespace guidedmixup

/// TIFF pixels through libtiff, whose every kind of strips, tiles and samples comes out as RGBA.
/// (OpenCV 4.6, which uses the same library, fails on plain tiled files and multiplies colours by
/// their alpha.)
#pragma once

#include "../opencv_module.hpp"

namespace guidedmixup::image_io {

/// The first image of the file as stored, not turned; alpha is dropped. Prints nothing.
void read_tiff_pixels(Bytes bytes, OpenCvOutcome& outcome);

}  // namespace guidedmixup::image_io

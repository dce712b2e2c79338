// The tables of a bilinear resampling along one axis: which two inputs each output lies between,
// and where.
#include <algorithm>

#include <guidedmixup/core/bilinear.hpp>
#include <guidedmixup/core/error.hpp>

namespace guidedmixup {

BilinearAxis::BilinearAxis(int in_length, int out_length) : in(in_length), out(out_length) {
  GUIDEDMIXUP_CHECK(in, >=, 1);
  GUIDEDMIXUP_CHECK(out, >=, 1);
  first.reserve(out);
  second.reserve(out);
  weight.reserve(out);
  // In float32 like PyTorch, whose maps the golden cases hold: in double some weights would differ
  // in their last bit.
  const float scale = static_cast<float>(in) / static_cast<float>(out);
  for (int o = 0; o < out; ++o) {
    // Centres of pixels lie at half numbers, and those of both lengths cover the same stretch
    // (PyTorch's align_corners=False).
    const float centre = (static_cast<float>(o) + 0.5F) * scale - 0.5F;
    // In front of the first centre and behind the last there is nothing to interpolate with: the
    // border value is repeated, by a weight of 0 on the one side and by two equal taps on the
    // other.
    const float coordinate = std::max(centre, 0.0F);
    const int low = std::min(static_cast<int>(coordinate), in - 1);
    first.push_back(low);
    second.push_back(std::min(low + 1, in - 1));
    weight.push_back(coordinate - static_cast<float>(low));
  }
}

}  // namespace guidedmixup

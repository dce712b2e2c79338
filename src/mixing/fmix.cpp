// Mixing `fmix`: whole regions of the partner, whose shape is a random field of low frequencies cut
// at a level (Harris et al., "FMix: enhancing mixed sample data augmentation", 2020). As in the
// released code, one field serves the whole mini-batch.
#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <map>
#include <memory>
#include <numbers>
#include <utility>
#include <vector>

#include <guidedmixup/core/fourier.hpp>

#include "ratio.hpp"
#include "registry.hpp"

namespace guidedmixup {
namespace {

constexpr Purpose kNoise = purpose_of("fmix/noise");
constexpr Purpose kCount = purpose_of("fmix/count");

// The half of a real field's spectrum that determines it: height x (width / 2 + 1) values, row by
// row. f(y, x) is the real part of the sum over (u, v) of value(u, v) e^(2 pi i (u y / height + v x
// / width)). Columns that also stand for their mirror images are stored doubled.
struct HalfSpectrum {
  Size size;  // of the field
  std::size_t columns;
  std::vector<std::complex<float>> values{};
};

// Noise that decreases with frequency. The constant term is 0: it would not change which
// values are the largest.
HalfSpectrum draw_spectrum(const DrawKey& key, Size size, double decay) {
  DrawStream draws(key.with(kNoise));
  HalfSpectrum spectrum{.size = size, .columns = static_cast<std::size_t>(size.width / 2 + 1)};
  spectrum.values.reserve(spectrum.columns * static_cast<std::size_t>(size.height));
  const double lowest = 1.0 / std::max(size.width, size.height);
  for (int u = 0; u < size.height; ++u) {
    const double vertical = static_cast<double>(std::min(u, size.height - u)) / size.height;
    for (int v = 0; 2 * v <= size.width; ++v) {
      const double frequency = std::hypot(vertical, static_cast<double>(v) / size.width);
      const double mirrored = v == 0 || 2 * v == size.width ? 1.0 : 2.0;
      // Relative to the lowest frequency, so that no decay is too much for a float.
      const double scale =
          frequency > 0.0 ? mirrored * std::pow(lowest / std::max(frequency, lowest), decay) : 0.0;
      const auto [re, im] = draws.normal_pair();
      spectrum.values.emplace_back(static_cast<float>(scale * re), static_cast<float>(scale * im));
    }
  }
  return spectrum;
}

FloatBuffer field_of(const HalfSpectrum& spectrum) {
  const auto width = static_cast<std::size_t>(spectrum.size.width);
  const auto height = static_cast<std::size_t>(spectrum.size.height);
  FloatBuffer complex_values;
  complex_values.resize(2 * width * height, 0.0F);
  for (std::size_t u = 0; u < height; ++u) {
    const auto* row = reinterpret_cast<const float*>(&spectrum.values[u * spectrum.columns]);
    std::copy_n(row, 2 * spectrum.columns, &complex_values[2 * u * width]);
  }
  transform_image(complex_values.data(), spectrum.size, FourierDirection::kInverse);
  FloatBuffer field(width * height);
  for (std::size_t i = 0; i < field.size(); ++i) field[i] = complex_values[2 * i];
  return field;
}

// Single values of the field, in double: the same whatever the transform rounds.
class ExactField {
 public:
  explicit ExactField(const HalfSpectrum& spectrum)
      : spectrum_(spectrum),
        row_turns_(turns(spectrum.size.height)),
        column_turns_(turns(spectrum.size.width)) {}

  double value(std::size_t y, std::size_t x) {
    const std::vector<std::complex<double>>& sums = column_sums(x);
    double value = 0.0;
    std::size_t turn = 0;  // u y modulo the height
    for (const std::complex<double>& sum : sums) {
      value += (sum * row_turns_[turn]).real();
      turn = advanced(turn, y, sums.size());
    }
    return value;
  }

 private:
  static std::vector<std::complex<double>> turns(int count) {
    std::vector<std::complex<double>> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      values.push_back(std::polar(1.0, 2 * std::numbers::pi * i / count));
    return values;
  }

  // `step` is less than `count`, so one subtraction does for the remainder of a division.
  static std::size_t advanced(std::size_t turn, std::size_t step, std::size_t count) {
    return turn + step < count ? turn + step : turn + step - count;
  }

  // The sum over v for each u. Kept, since the pixels asked for may be all of a column.
  const std::vector<std::complex<double>>& column_sums(std::size_t x) {
    std::vector<std::complex<double>>& sums = sums_[x];
    if (!sums.empty()) return sums;
    sums.resize(row_turns_.size());
    const auto* value = spectrum_.values.data();
    for (std::complex<double>& sum : sums) {
      std::size_t turn = 0;  // v x modulo the width
      for (std::size_t v = 0; v < spectrum_.columns; ++v, ++value) {
        sum += std::complex<double>(*value) * column_turns_[turn];
        turn = advanced(turn, x, column_turns_.size());
      }
    }
    return sums;
  }

  const HalfSpectrum& spectrum_;
  std::vector<std::complex<double>> row_turns_;
  std::vector<std::complex<double>> column_turns_;
  std::map<std::size_t, std::vector<std::complex<double>>> sums_;
};

// 1 for the `count` largest values of the field, 0 for the others; of equal values the first ones
// count as larger. `count` is neither 0 nor all.
FloatBuffer largest_values(const HalfSpectrum& spectrum, std::size_t count) {
  FloatBuffer field = field_of(spectrum);
  std::vector<float> sorted(field.begin(), field.end());
  const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
  const float level = *last;
  double squares = 0.0;
  for (const float value : field)
    squares += static_cast<double>(value) * static_cast<double>(value);
  // Compared with a transform in double, the worst of 2^24 values is wrong by 1.3e-6 of their root
  // mean square. So may the level be, which is one of them: what lies nearer than 2^-18 to it is
  // decided by exact values, and no mask depends on how a transform rounds.
  const auto doubt =
      static_cast<float>(0x1p-18 * std::sqrt(squares / static_cast<double>(field.size())));
  ExactField exact(spectrum);
  const auto width = static_cast<std::size_t>(spectrum.size.width);
  std::vector<std::pair<double, std::size_t>> doubtful;  // minus the value, and the pixel
  std::size_t chosen = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const float above = field[i] - level;
    if (std::abs(above) <= doubt) doubtful.emplace_back(-exact.value(i / width, i % width), i);
    field[i] = above > doubt ? 1.0F : 0.0F;
    chosen += above > doubt ? 1 : 0;
  }
  std::sort(doubtful.begin(), doubtful.end());
  for (std::size_t d = 0; chosen < count; ++d, ++chosen) field[doubtful[d].second] = 1.0F;
  return field;
}

// How many pixels stay the image's own: as many as its ratio says, rounded down or up by a fair
// draw.
std::size_t draw_count(const DrawKey& key, double ratio, std::int64_t pixels) {
  const double exact = ratio * static_cast<double>(pixels);
  const bool up = DrawStream(key.with(kCount)).below(2) == 1;
  return static_cast<std::size_t>(up ? std::ceil(exact) : std::floor(exact));
}

class FmixMixing final : public Mixing {
 public:
  FmixMixing(float alpha, float decay) : alpha_(alpha), decay_(decay) {}

  [[nodiscard]] RecipeOf decide(const MixingInput& input) const override {
    const double lambda = draw_ratio(input.key, alpha_);
    const std::size_t own = draw_count(input.key, lambda, input.size.pixels());
    const auto pixels = static_cast<double>(input.size.pixels());
    const Recipe common{.sources = {},
                        .share = share(input, own),
                        .weights = two_weights(static_cast<double>(own) / pixels),
                        .draws = {{"lambda", static_cast<float>(lambda)}}};
    return [common, partners = input.partners](int k) {
      Recipe recipe = common;
      recipe.sources = {k, partners[k]};
      return recipe;
    };
  }

 private:
  [[nodiscard]] Share share(const MixingInput& input, std::size_t own) const {
    if (own == 0) return ConstantShare{0.0F};
    if (static_cast<std::int64_t>(own) == input.size.pixels()) return ConstantShare{1.0F};
    return MaskShare{std::make_shared<const FloatBuffer>(
        largest_values(draw_spectrum(input.key, input.size, static_cast<double>(decay_)), own))};
  }

  float alpha_;
  float decay_;
};

}  // namespace

const MixingInfo kFmixMixing{
    .name = "fmix",
    .summary = "fills random smooth regions from the partner, the same for the whole mini-batch",
    .paper = "Harris et al., 2020",
    .parameters = {alpha_parameter(),
                   {.name = "decay",
                    .summary = "how fast the regions' frequencies fall off: 0 gives single pixels, "
                               "more gives larger regions",
                    .default_value = 3.0F,
                    .maximum = 10.0}},
    // The spectrum, its transform with a plan, the field, sorted and not, and what the allocator
    // keeps.
    .deciding_bytes = 32,
    .unmixed_draws = {{"lambda", 1.0F}},
    .make = [](const ParameterValues& values) -> std::unique_ptr<Mixing> {
      return std::make_unique<FmixMixing>(values.real("alpha"), values.real("decay"));
    }};

}  // namespace guidedmixup

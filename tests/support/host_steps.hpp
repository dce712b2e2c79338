/// Runs the CUDA engine's steps in plain loops on the host.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "cuda/saliency_steps.hpp"

namespace guidedmixup::test {

/// The transforms are sums written out from the definition, line by line, in double.
class HostSteps {
 public:
  HostSteps(int count, cuda::Extent grid) : count_(count), grid_(grid) {}

  template <typename Step>
  void for_each(int images, int count, const Step& step) {
    for (int k = 0; k < images; ++k) {
      for (int j = 0; j < count; ++j) step(k, j);
    }
  }

  template <typename Step>
  void sum(int images, int count, const Step& step, double* out) {
    // What a step reads of `out` is of the step before.
    std::vector<double> sums(static_cast<std::size_t>(images));
    for (int k = 0; k < images; ++k) {
      for (int j = 0; j < count; ++j) sums[k] += step(k, j);
    }
    std::copy(sums.begin(), sums.end(), out);
  }

  void forward(const float* real, float* half) {
    const int half_width = grid_.width / 2 + 1;
    for (int k = 0; k < count_; ++k) {
      Values values(real + grid_.start(k), real + grid_.start(k + 1));
      transform(values, -1.0);
      for (int y = 0; y < grid_.height; ++y) {
        for (int x = 0; x < half_width; ++x) {
          const Value& value = values[y * grid_.width + x];
          *half++ = static_cast<float>(value.real());
          *half++ = static_cast<float>(value.imag());
        }
      }
    }
  }

  void inverse(float* complex_values) {
    for (int k = 0; k < count_; ++k) {
      float* image = complex_values + 2 * grid_.start(k);
      Values values;
      for (int i = 0; i < grid_.pixels(); ++i) {
        values.emplace_back(image[2 * i], image[2 * i + 1]);
      }
      transform(values, 1.0);
      for (const Value& value : values) {
        *image++ = static_cast<float>(value.real());
        *image++ = static_cast<float>(value.imag());
      }
    }
  }

 private:
  using Value = std::complex<double>;
  using Values = std::vector<Value>;

  void transform(Values& values, double sign) const {
    for (int y = 0; y < grid_.height; ++y)
      line(values.data() + y * grid_.width, grid_.width, 1, sign);
    for (int x = 0; x < grid_.width; ++x) line(values.data() + x, grid_.height, grid_.width, sign);
  }

  static void line(Value* values, int length, int stride, double sign) {
    Values turns;
    for (int i = 0; i < length; ++i) {
      turns.push_back(std::polar(1.0, sign * 2.0 * std::numbers::pi * i / length));
    }
    Values result(static_cast<std::size_t>(length));
    for (int u = 0; u < length; ++u) {
      for (int x = 0; x < length; ++x) {
        result[u] += values[x * stride] * turns[static_cast<std::int64_t>(u) * x % length];
      }
    }
    for (int u = 0; u < length; ++u) values[u * stride] = result[u];
  }

  int count_;
  cuda::Extent grid_;
};

}  // namespace guidedmixup::test

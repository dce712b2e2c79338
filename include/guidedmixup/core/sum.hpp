/// Sums of many values in double.
#pragma once

#include <cstddef>

namespace guidedmixup {

/// The sum of term(0) to term(count - 1). Eight sums side by side, in an order that is fixed here
/// and depends on nothing else, so that the compiler may use vectors of any width.
template <typename Term>
[[nodiscard]] double sum_of_terms(std::size_t count, const Term& term) {
  constexpr std::size_t kSums = 8;
  double sums[kSums] = {};
  const std::size_t whole = count / kSums * kSums;
  for (std::size_t i = 0; i < whole; i += kSums) {
    for (std::size_t s = 0; s < kSums; ++s) sums[s] += static_cast<double>(term(i + s));
  }
  for (std::size_t i = whole; i < count; ++i) sums[i - whole] += static_cast<double>(term(i));
  double sum = 0.0;
  for (const double part : sums) sum += part;
  return sum;
}

}  // namespace guidedmixup

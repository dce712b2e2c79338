/// A value drawn at random that is worth recording beside an output.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace guidedmixup {

/// A number that can have a fraction, a whole number, a text, or a list of numbers of one kind.
using DrawValue = std::variant<float, int, std::string, std::vector<float>, std::vector<int>>;

/// Names and meanings belong to the part that draws: nobody else knows a list of them.
struct Draw {
  std::string name;
  DrawValue value;
  friend bool operator==(const Draw&, const Draw&) = default;
};

}  // namespace guidedmixup

/// A number drawn at random that is worth recording beside an output.
#pragma once

#include <array>
#include <string_view>
#include <variant>

namespace guidedmixup {

struct Draw {
  std::string_view name;  ///< of static storage: "lambda", "box"
  std::variant<float, std::array<int, 4>> value;
  friend bool operator==(const Draw&, const Draw&) = default;
};

}  // namespace guidedmixup

/// A method in names and values, as plan and manifest hold it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <guidedmixup/core/parameters.hpp>

namespace guidedmixup {

/// A registered part of the method with its parameters in order.
struct PartDescription {
  std::string name;
  std::vector<std::pair<std::string, ParameterValue>> parameters;
};

struct MethodDescription {
  std::string name;
  PartDescription saliency;
  PartDescription pairing;
  PartDescription mixing;
  bool label_sum_to_one = true;
};

}  // namespace guidedmixup

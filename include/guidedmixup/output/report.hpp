/// Figures that a command reports as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace guidedmixup {

/// A JSON value. Strings must be valid UTF-8; objects keep their order.
struct ReportValue {
  using List = std::vector<ReportValue>;
  using Object = std::vector<std::pair<std::string, ReportValue>>;
  std::variant<bool, std::uint64_t, float, std::string, List, Object> value;
};

/// One line of JSON without the newline.
[[nodiscard]] std::string report_json(const ReportValue& report);

}  // namespace guidedmixup

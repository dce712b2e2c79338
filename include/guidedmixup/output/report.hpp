/// Figures that a command reports as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace guidedmixup {

struct ReportMember;

/// A JSON value. Strings must be valid UTF-8; objects keep their order.
struct ReportValue {
  using List = std::vector<ReportValue>;
  using Object = std::vector<ReportMember>;
  std::variant<bool, std::uint64_t, float, std::string, List, Object> value;
};

struct ReportMember {
  std::string key;
  ReportValue value;
};

/// One line of JSON without the newline.
[[nodiscard]] std::string report_json(const ReportValue& report);

}  // namespace guidedmixup
